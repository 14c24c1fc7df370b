import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { isMerge } from './places.ts';
import { shown } from './wording.ts';

/** Something that is wrong with a text, so many characters from its beginning. */
export interface Mistake {
  offset: number;
  message: string;
}

/** A YAML text as a document that stands for something, or what is wrong with it; `what` is what it was to be. */
export function readYaml(
  text: string,
  what = 'a scenario, with name, networks and destinations',
): Document.Parsed | Mistake[] {
  const deep = nestedTooDeeply(text);
  if (deep !== undefined) return [{ offset: deep, message: `nested too deeply: expected fewer levels` }];
  const document = parseDocument(text, {
    merge: true,
    prettyErrors: false,
    // YAML 1.2, whatever the text says of itself: there are no dates, sets or bytes.
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
  });
  const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
  // After any other mistake, most of what the parser finds is only its consequence.
  const last = errors.findIndex(({ code }) => !LOCAL.has(code));
  const told = last < 0 ? errors : errors.slice(0, last + 1);
  const mistakes =
    told.length > 0 ? told.map((error) => mistakeOf(error, document, text)) : mistakesIn(document);
  if (mistakes.length > 0) return mistakes;
  if (document.contents !== null) return document;
  return [{ offset: 0, message: `nothing in it: expected ${what}` }];
}

/** Scenarios have less than half as many. */
const MOST_LEVELS = 100;

/**
 * Where there are too many levels in each other. The parser calls itself for each, and while a stack that is full is
 * an error, a regular expression that is compiled on one nearly full ends the process.
 */
function nestedTooDeeply(text: string): number | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // Nothing happens until each token has been asked for.
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > MOST_LEVELS) return parser.offset;
  }
  return undefined;
}

/** What goes wrong in one place only. */
const LOCAL: ReadonlySet<YAMLError['code']> = new Set([
  'DUPLICATE_KEY',
  'BAD_SCALAR_START',
  'BAD_DQ_ESCAPE',
  'TAG_RESOLVE_FAILED',
]);

/** What the parser says, and how to say it to who has only made a slip. */
const REWORDED: readonly (readonly [RegExp, string])[] = [
  [/^Tabs are not allowed/, 'a tab: expected spaces, since YAML is not indented with tabs'],
  [/^Source contains multiple documents/, 'a second document: expected one in a file'],
  [
    /^Nested mappings/,
    'keys within a value: expected what belongs together in the same column, and text with a colon in quotes',
  ],
  [/must start at the same column$/, 'indentation: expected what belongs together in the same column'],
  [/^Implicit (map )?keys need to be/, 'a key without a value: expected a colon and a space behind it'],
  [/^Flow .* and end with a (.)$/, 'a list or keys without an end: expected $1'],
  [/^Missing closing (.)quote/, 'text in quotes without an end: expected $1'],
  [/^Missing , /, 'two items without a comma: expected one between them'],
  [
    /^(Unexpected block-seq-ind on|A block sequence may not)/,
    'a list in a line with a key: expected it below, or in brackets',
  ],
  [
    / (at node end|in YAML stream)/,
    'this belongs to nothing before it: expected a comma, a key, or another indentation',
  ],
  [/^(Invalid escape sequence .*)$/, '$1: expected single quotes, or each backslash twice'],
  [/^Unresolved tag: (.*)$/, 'tag $1: expected a value without a tag'],
  [/keys must be strings$/, 'a key that is a list, keys with values or an alias: expected text'],
  [/^(.*)$/, 'not YAML: $1'],
];

function mistakeOf({ code, pos: [offset], message }: YAMLError, document: Document, text: string): Mistake {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset + 1);
  // The sign of a block of text with something behind it, which is where the parser stumbles.
  const block = /(?:^\s*|[:-]\s+)([>|].*)$/.exec(before)?.[1] ?? '';
  if (code === 'BAD_SCALAR_START' || (code === 'UNEXPECTED_TOKEN' && block !== '')) {
    const start = code === 'BAD_SCALAR_START' ? offset : offset + 1 - block.length;
    return { offset: start, message: `text that begins with ${text[start]}: expected it in quotes` };
  }
  if (code === 'DUPLICATE_KEY') {
    const key = /^("[^"]*"|'[^']*'|.*?)\s*:(\s|$)/.exec(text.slice(offset))?.[1] ?? '';
    return { offset, message: `key ${shown(key)} again: expected each key once` };
  }
  const [line = ''] = message.split('\n');
  const [pattern, reworded] = REWORDED.find(([each]) => each.test(line)) ?? [/^/, ''];
  const found = pattern.exec(line)?.[1] ?? '';
  const isUnclosed = /without an end/.test(reworded);
  return {
    offset: (isUnclosed ? openedAt(document, text, offset) : undefined) ?? offset,
    message: reworded.replace('$1', () => found),
  };
}

/** Where something begins whose end is missing at `offset`. */
function openedAt(document: Document, text: string, offset: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Node: (_, node) => {
      const [from = 0, to = 0] = isNode(node) ? (node.range ?? []) : [];
      const closing = CLOSING[text[from] ?? ''];
      if (closing !== undefined && to <= offset && (to === from + 1 || text[to - 1] !== closing))
        start = from;
    },
  });
  return start;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']', '{': '}' };

/** Aliases of nothing or of what they are in themselves, merges of what are no keys with values, and a name that none can have. */
function mistakesIn(document: Document.Parsed): Mistake[] {
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, Node>();
  const merged: unknown[] = [];
  const mistakes: Mistake[] = [];
  const tell = (node: Node, message: string) => mistakes.push({ offset: node.range?.[0] ?? 0, message });
  visit(document, {
    Node: (_, node, parents) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      const target = anchors.get(node.source);
      const alias = `alias *${node.source}`;
      if (!target) tell(node, `${alias}: no anchor has that name; expected &${node.source} before it`);
      else if (parents.includes(target)) tell(node, `${alias}: stands for what it is in; expected another`);
      else targets.set(node, target);
    },
    Pair: (_, pair) => {
      // Objects have no such key of their own: it would be lost.
      if (isScalar(pair.key) && pair.key.value === '__proto__')
        tell(pair.key, 'key __proto__: expected another name');
      if (isMerge(pair)) merged.push(pair.value);
    },
  });
  if (mistakes.length > 0) return mistakes;
  const targetOf = (value: unknown) => targets.get(value) ?? value;
  for (const value of merged) {
    const target = targetOf(value);
    const sources = isSeq(target) ? target.items : [target];
    if (isNode(value) && !sources.every((source) => isMap(targetOf(source))))
      tell(value, '<<: expected an alias of keys with values, or a list of such aliases');
  }
  return mistakes;
}
