import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** Makes dist/page of this folder: the page, and its scripts and styles under names that say what is in them. */

const HERE = import.meta.dirname;
const OUT = join(HERE, '../../dist/page');

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const { metafile } = await build({
  entryPoints: [join(HERE, 'main.tsx')],
  outdir: OUT,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: true,
  metafile: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
});

const made = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith('main.tsx'));
if (!made) throw new Error('esbuild has not said what it made of main.tsx');
const [script, { cssBundle }] = made;
const head = [
  ...(cssBundle ? [`<link rel="stylesheet" href="/${basename(cssBundle)}" />`] : []),
  `<script type="module" src="/${basename(script)}"></script>`,
].join('\n    ');
const html = await readFile(join(HERE, 'index.html'), 'utf8');
await writeFile(join(OUT, 'index.html'), html.replace('</head>', `  ${head}\n  </head>`));
await copyFile(join(HERE, 'icon.svg'), join(OUT, 'icon.svg'));
