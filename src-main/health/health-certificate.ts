import type { HealthCheck } from '../../shared/model/node.ts';
import { formatDuration } from '../../shared/format.ts';
import { check, type CertificateFacts } from './health-facts.ts';

/** Time before the end of a certificate from which health warns, milliseconds: 3 days (our choice). */
const END_IS_NEAR_MS = 259_200_000;

/** Checks whether browsers accept the time of the page's certificate; nothing to say without one. */
export function certificateCheck({
  certificate,
  now,
}: {
  readonly certificate?: CertificateFacts | undefined;
  readonly now: number;
}): HealthCheck | undefined {
  if (certificate === undefined) return undefined;
  const { notBefore, notAfter } = certificate;
  const id = 'page-certificate';
  const evidence = `valid from ${dayOf(notBefore)} to ${dayOf(notAfter)}`;
  const replace = 'Replace the files of --http.tls.cert and --http.tls.key, then send SIGHUP or restart.';
  if (now > notAfter) return check(id, 'warning', 'Certificate of the page has expired', evidence, replace);
  if (now < notBefore) {
    const advice = 'Check the clock of this machine and the certificate.';
    return check(id, 'warning', 'Certificate of the page is not valid yet', evidence, advice);
  }
  if (notAfter - now > END_IS_NEAR_MS) return check(id, 'good', 'Certificate of the page', evidence);
  const left = `${evidence}, ${formatDuration(notAfter - now)} left`;
  return check(id, 'warning', 'Certificate of the page expires soon', left, replace);
}

/** A day in UTC: `2026-11-28`. */
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
