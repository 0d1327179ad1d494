/** Resolves a colour of tokens.css, `var(--in)`, for a canvas, which has no CSS variables. `alpha` is 0 to 1. */
export function resolveColour(colour: string, alpha = 1): string {
  const probe = document.createElement('i');
  probe.style.color = colour;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  const channels = /^rgba?\(([^)]+)\)$/
    .exec(resolved)?.[1]
    ?.split(/[\s,/]+/)
    .slice(0, 3);
  return alpha === 1 || channels === undefined ? resolved : `rgb(${channels.join(' ')} / ${alpha})`;
}
