/** The mean of each sample and the `window - 1` before it; missing samples do not count, and stay missing. */
export function movingMean(values: readonly (number | null)[], window: number): readonly (number | null)[] {
  if (window <= 1) return values;
  let sum = 0;
  let count = 0;
  return values.map((value, at) => {
    const leaving = at >= window ? values[at - window] : null;
    if (leaving != null) {
      sum -= leaving;
      count -= 1;
    }
    if (value === null) return null;
    sum += value;
    count += 1;
    // Sums of floating-point numbers may end slightly below zero.
    return Math.max(0, sum / count);
  });
}
