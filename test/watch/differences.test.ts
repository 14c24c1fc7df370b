import headless from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences } from '../../src/watch/differences.ts';
import { Frame } from '../../src/watch/frame.ts';
import { BOLD, DIM, GREEN, INVERSE, PLAIN, RED } from '../../src/watch/style.ts';

const WIDTH = 24;
const HEIGHT = 5;

/** A terminal of that size, as `Terminal` sets it up. */
const terminal = () => new headless.Terminal({ cols: WIDTH, rows: HEIGHT, allowProposedApi: true });

const written = (screen: headless.Terminal, text: string): Promise<void> =>
  new Promise((resolve) => screen.write(text, resolve));

/** What a terminal shows in each cell: the character and how it looks. */
function cellsOf(screen: headless.Terminal): string[] {
  const cells: string[] = [];
  for (let y = 0; y < HEIGHT; y++) {
    const line = screen.buffer.active.getLine(y);
    for (let x = 0; x < WIDTH; x++) {
      const cell = line?.getCell(x);
      if (!cell) throw new Error(`no cell ${x}, ${y}`);
      const text = cell.getWidth() === 0 ? '' : cell.getChars() || ' ';
      const style =
        (cell.isFgPalette() ? cell.getFgColor() : 0) |
        (cell.isBold() ? BOLD : 0) |
        (cell.isDim() ? DIM : 0) |
        (cell.isInverse() ? INVERSE : 0);
      cells.push(`${text} ${style}`);
    }
  }
  return cells;
}

const cellsOfFrame = (frame: Frame): string[] =>
  Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    return `${frame.textAt(x, y)} ${frame.styleAt(x, y)}`;
  });

interface Put {
  x: number;
  y: number;
  text: string;
  style: number;
}

const puts: fc.Arbitrary<Put[]> = fc.array(
  fc.record({
    x: fc.nat(WIDTH - 1),
    y: fc.nat(HEIGHT - 1),
    text: fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '▁', '█', '東', '京', '⠿', '╳', 'é', '…'),
      maxLength: WIDTH,
    }),
    style: fc.constantFrom(PLAIN, RED, GREEN | BOLD, DIM, INVERSE, RED | BOLD | INVERSE),
  }),
  { maxLength: 8 },
);

const framed = (list: readonly Put[]): Frame => {
  const frame = new Frame(WIDTH, HEIGHT);
  for (const { x, y, text, style } of list) frame.put(x, y, text, style);
  return frame;
};

test('a terminal shows each frame after the one before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(puts, { minLength: 1, maxLength: 6 }), async (frames) => {
      const screen = terminal();
      await written(screen, `left over ${'x'.repeat(60)}\x1b[?7l`);
      let before: Frame | undefined;
      for (const list of frames) {
        const frame = framed(list);
        await written(screen, differences(before, frame, true));
        expect(cellsOf(screen)).toEqual(cellsOfFrame(frame));
        before = frame;
      }
      screen.dispose();
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('of two frames that are the same nothing is written', () => {
  const list = [{ x: 2, y: 1, text: '東 ▁▂ a', style: RED }];
  expect(differences(framed(list), framed(list), true)).toBe('');
});

test('only what is different is written', () => {
  const before = framed([{ x: 0, y: 0, text: 'rtt 12.34 ms', style: PLAIN }]);
  const after = framed([{ x: 0, y: 0, text: 'rtt 12.35 ms', style: PLAIN }]);
  expect(differences(before, after, true)).toBe('\x1b[1;9H5');
});

test('without colours nothing is coloured', () => {
  const frame = framed([{ x: 0, y: 0, text: 'down', style: RED | BOLD }]);
  expect(differences(undefined, frame, false)).toBe('\x1b[0m\x1b[2J\x1b[1;1H\x1b[0;1mdown\x1b[0m');
  expect(differences(undefined, frame, true)).toContain('\x1b[0;1;31mdown');
});
