import { SMOKE } from './draw-smoke.ts';
import { LOSS_CLASSES } from './loss.ts';
import type { OutcomeName, OutcomePart } from './outcome-parts.ts';

/** What the colours of loss stand for. */
export function LossLegend() {
  return (
    <ul class="legend" aria-label="Colours of loss">
      <li class="legend-title">Loss</li>
      {LOSS_CLASSES.map(({ level, label }) => (
        <li key={level}>
          <span class={`swatch loss-${level}`} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** What the shades of the smoke stand for. */
export function SmokeLegend() {
  return (
    <ul class="legend" aria-label="Shades of round-trip times">
      <li>
        <span class="swatch median" aria-hidden="true" />
        median
      </li>
      {SMOKE.toReversed().map(({ label }, n) => (
        <li key={label}>
          <span class={`swatch smoke-${n}`} aria-hidden="true" />
          {label}
        </li>
      ))}
      <li>
        <span class="swatch gap" aria-hidden="true" />
        monitor could not probe
      </li>
      <li>
        <span class="swatch cut" aria-hidden="true" />
        more above the scale
      </li>
    </ul>
  );
}

/** Which part of a bar is what, from the top down, and how many there are. */
export function OutcomeLegend({
  parts,
  counts,
}: {
  parts: readonly OutcomePart[];
  counts: Readonly<Record<OutcomeName, string>>;
}) {
  return (
    <ul class="legend" aria-label="Outcomes shown">
      {parts.toReversed().map(({ name, meaning }) => (
        <li key={name} title={meaning}>
          <span class={`swatch outcome-${name}`} aria-hidden="true" />
          {name.replace('_', ' ')} <span class="faint">{counts[name]}</span>
        </li>
      ))}
    </ul>
  );
}
