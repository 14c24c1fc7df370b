/** Number, extremes, mean and variance of values as they come. */
export class Moments {
  count = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  mean = 0;
  /** Sum of squared differences from the mean, by B. P. Welford's recurrence (doi:10.2307/1266577). */
  squares = 0;

  add(value: number): void {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.count++;
    const difference = value - this.mean;
    this.mean += difference / this.count;
    this.squares += difference * (value - this.mean);
  }

  /** Takes everything that is in another one, by T. F. Chan, G. H. Golub and R. J. LeVeque (doi:10.2307/2683386). */
  merge({ count, min, max, mean, squares }: Moments): void {
    if (count === 0) return;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    const all = this.count + count;
    const difference = mean - this.mean;
    this.mean += (difference * count) / all;
    this.squares += squares + (difference * difference * this.count * count) / all;
    this.count = all;
  }
}
