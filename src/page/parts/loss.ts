/** A class of the loss scale: shares above `above`, up to and with `upTo`, 0 to 1. */
export interface LossClass {
  /** 0 for none, and so on: the number of the colour, `--loss-0` and so on. */
  level: number;
  above: number;
  upTo: number;
  label: string;
}

const BOUNDS = [0, 0.01, 0.05, 0.1, 0.25, 0.5];

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))}%`;

/** From no loss to all. Everything in between is finer where little is lost, as it is mostly. */
export const LOSS_CLASSES: readonly LossClass[] = [
  { level: 0, above: Number.NEGATIVE_INFINITY, upTo: 0, label: 'none' },
  ...BOUNDS.slice(1).map((upTo, n) => ({
    level: n + 1,
    above: BOUNDS[n] as number,
    upTo,
    label: `≤ ${percent(upTo)}`,
  })),
  { level: BOUNDS.length, above: 0.5, upTo: 1 - Number.EPSILON, label: '< 100%' },
  { level: BOUNDS.length + 1, above: 1 - Number.EPSILON, upTo: 1, label: 'all' },
];

/** The level of a share, 0 to 1. */
export const lossLevel = (share: number): number =>
  LOSS_CLASSES.find(({ upTo }) => share <= upTo)?.level ?? LOSS_CLASSES.length - 1;

/** Up to what the scale of a chart of loss reaches, given the greatest share in it. */
export const lossTop = (greatest: number): number =>
  [0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find((top) => greatest <= top) ?? 1;
