const KEYS = [
  [['←', '→'], 'a step earlier or later; Page Up and Page Down go 20, Home and End to the ends'],
  [['Shift ←', 'Shift →'], 'move what is shown'],
  [['+', '−'], 'zoom in or out around the cursor'],
  [['Esc'], 'no cursor'],
  [['drag'], 'zoom to what is dragged over'],
  [['wheel'], 'zoom, once the chart has the focus; with Ctrl, or by pinching, always; sideways: move'],
] as const;

/** How charts are moved. */
export const ChartKeys = () => (
  <details class="chart-keys">
    <summary>Keys and gestures of the charts</summary>
    <dl id="chart-keys">
      {KEYS.map(([keys, what]) => (
        <div key={what}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  </details>
);
