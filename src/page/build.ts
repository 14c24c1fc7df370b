import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';

/** Makes dist/page of this folder: the page, and its scripts and styles under names that say what is in them. */

const HERE = import.meta.dirname;
const OUT = join(HERE, '../../dist/page');

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });

const common = {
  outdir: OUT,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  target: 'es2022',
  minify: true,
  sourcemap: true,
  metafile: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
} satisfies BuildOptions;

/** What was made of a file of this folder. */
const madeOf = ({ outputs }: Metafile, file: string) => {
  const made = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(file));
  if (!made) throw new Error(`esbuild has not said what it made of ${file}`);
  return made;
};

const [first, main] = await Promise.all([
  build({ ...common, entryPoints: [join(HERE, 'shell/theme-first.ts')], format: 'iife' }),
  build({ ...common, entryPoints: [join(HERE, 'main.tsx')], format: 'esm', splitting: true }),
]);
const [theme] = madeOf(first.metafile, 'theme-first.ts');
const [script, { cssBundle }] = madeOf(main.metafile, 'main.tsx');
// Nobody else loads the styles of views that are loaded later. They are small.
const styles = new Set([
  cssBundle,
  ...Object.values(main.metafile.outputs).map((output) => output.cssBundle),
]);
const head = [
  `<script src="/${basename(theme)}"></script>`,
  ...[...styles].flatMap((file) => (file ? [`<link rel="stylesheet" href="/${basename(file)}" />`] : [])),
  `<script type="module" src="/${basename(script)}"></script>`,
].join('\n    ');
const html = await readFile(join(HERE, 'index.html'), 'utf8');
await writeFile(join(OUT, 'index.html'), html.replace('</head>', `  ${head}\n  </head>`));
await copyFile(join(HERE, 'icon.svg'), join(OUT, 'icon.svg'));
