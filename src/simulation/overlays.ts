/** Takes back what was done. */
export type Undo = () => void;

/** Settings that lie over each other: the later one counts for more. Each can be taken away again, whatever lies above. */
export class Overlays<Settings> {
  readonly #layers: { settings: Settings }[] = [];

  get all(): Settings[] {
    return this.#layers.map(({ settings }) => settings);
  }

  /** The one that counts. */
  get top(): Settings | undefined {
    return this.#layers.at(-1)?.settings;
  }

  /** `changed` is called when it has been put on, and when it has been taken away. */
  add(settings: Settings, changed: () => void): Undo {
    const layer = { settings };
    this.#layers.push(layer);
    changed();
    return () => {
      this.#layers.splice(this.#layers.indexOf(layer), 1);
      changed();
    };
  }
}
