import type { Fault } from '../../shared/causes/cause-spec.ts';
import { titleOfCode } from '../../shared/causes/sentences.ts';
import { WHY_STEPS, type WhyNode, type WhyStep, type WhyStepName } from '../../shared/model/why.ts';

/** Height of a step in the funnel, 0 to 1: logarithmic, because thousands of nodes are found and dozens are peers. */
export function logHeight(count: number, most: number): number {
  if (count <= 0) return 0;
  // The logarithm of 1 is 0: one node must be visible, too.
  return Math.log10(1 + count) / Math.log10(1 + Math.max(count, most));
}

/** A segment of the funnel's shape as an SVG path: from a step's height to that of the next. */
export interface FunnelSegment {
  readonly step: WhyStepName;
  readonly path: string;
}

/** The shape of the funnel in a box of `width` by `height`; the last segment is level. */
export function funnelSegments(
  steps: readonly Pick<WhyStep, 'step' | 'reached'>[],
  width: number,
  height: number,
): readonly FunnelSegment[] {
  const most = Math.max(...steps.map(({ reached }) => reached), 1);
  const each = width / Math.max(1, steps.length);
  const top = (at: number): string =>
    (height - height * logHeight(steps[Math.min(at, steps.length - 1)]?.reached ?? 0, most)).toFixed(1);
  return steps.map(({ step }, at) => {
    const [left, right] = [(at * each).toFixed(1), ((at + 1) * each).toFixed(1)];
    return { step, path: `M${left},${height} V${top(at)} L${right},${top(at + 1)} V${height} Z` };
  });
}

/** The step before; null before the first. */
export function stepBefore(step: WhyStepName): WhyStepName | null {
  return WHY_STEPS[WHY_STEPS.indexOf(step) - 1] ?? null;
}

/** The colour of a cause by its side: ours red, the network path amber, normal operation the accent, theirs faint. */
export function faultColour(fault: Fault): string {
  const colours: Readonly<Record<Fault, string>> = {
    ours: 'var(--bad)',
    network: 'var(--warn)',
    none: 'var(--accent)',
    theirs: 'var(--faint)',
  };
  return colours[fault];
}

/** Filters the listed nodes by text: every word must occur. */
export function filterWhyNodes(nodes: readonly WhyNode[], text: string): readonly WhyNode[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return nodes;
  return nodes.filter((node) => {
    const haystack =
      `${node.name ?? ''} ${node.address ?? ''} ${node.id} ${titleOfCode(node.code)} ${node.code} ${node.kind}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}

/** Whether the text is one whole node ID, enode URL or record, so that a trace can be requested. */
export function namesNode(text: string): boolean {
  return /^(?:(?:0x)?[0-9a-f]{64}|(?:0x)?[0-9a-f]{128}|enode:\/\/.+|enr:.+)$/i.test(text.trim());
}
