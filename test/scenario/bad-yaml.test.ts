import { expect, test } from 'vitest';
import { linesOf } from './support.ts';

const KEYS =
  'name, description, seed, duration, start, source, links, routers, networks, names, destinations, timeline, alerts';
const TOGETHER = 'expected what belongs together in the same column';

/** A text, and what it is refused with behind the name of the file. */
test.each<[string, string[]]>([
  ['', ['1:1: nothing in it: expected a scenario, with name, networks and destinations']],
  ['# only this\n', ['1:1: nothing in it: expected a scenario, with name, networks and destinations']],
  ['- a\n- b\n', [`1:1: scenario (a list): expected keys with values: ${KEYS}`]],
  ['just text\n', [`1:1: scenario just text: expected keys with values: ${KEYS}`]],
  ['5\n', [`1:1: scenario 5: expected keys with values: ${KEYS}`]],
  [
    'name: x\n',
    [
      '1:1: missing key networks: expected networks by their names',
      '1:1: missing key destinations: expected a list',
    ],
  ],
  ['name: x\n\tlinks: {}\n', ['2:1: a tab: expected spaces, since YAML is not indented with tabs']],
  ['links:\n\t- a\n', ['2:1: a tab: expected spaces, since YAML is not indented with tabs']],
  [
    'name: x\nname: y\nseed: 1\n"seed": 2\n',
    ['2:1: key name again: expected each key once', '4:1: key "seed" again: expected each key once'],
  ],
  ['links: {a: {}, a: {}}\n', ['1:16: key a again: expected each key once']],
  ['name: a: b\n', [`1:7: keys within a value: ${TOGETHER}, and text with a colon in quotes`]],
  ['name: x\n seed: 1\n', [`1:7: keys within a value: ${TOGETHER}, and text with a colon in quotes`]],
  ['links:\n  a: {}\n b: {}\n', [`3:1: indentation: ${TOGETHER}`]],
  ['name\nseed: 1\n', ['1:1: a key without a value: expected a colon and a space behind it']],
  ['name: x\nseed:1\n', ['2:1: a key without a value: expected a colon and a space behind it']],
  ['links: {a: {}\n', ['1:8: a list or keys without an end: expected }']],
  ['names: [a, [b]\nseed: 1\n', ['1:8: a list or keys without an end: expected ]']],
  ['name: "x\nseed: 1\n', ['1:7: text in quotes without an end: expected "']],
  ["name: 'x\nseed: 1\n", ["1:7: text in quotes without an end: expected '"]],
  ['links: {a {delay: 1ms}}\n', ['1:11: two items without a comma: expected one between them']],
  [
    'links: {a: {} b: {}}\n',
    ['1:15: this belongs to nothing before it: expected a comma, a key, or another indentation'],
  ],
  [
    '- a\nname: x\n',
    ['2:1: this belongs to nothing before it: expected a comma, a key, or another indentation'],
  ],
  ['links: - a\n', ['1:8: a list in a line with a key: expected it below, or in brackets']],
  [
    'name: @x\ndescription: %3\n',
    [
      '1:7: text that begins with @: expected it in quotes',
      '2:14: text that begins with %: expected it in quotes',
    ],
  ],
  ['expect:\n  sent: >= 100\n', ['2:9: text that begins with >: expected it in quotes']],
  ['expect:\n  sent: > 100\n', ['2:9: text that begins with >: expected it in quotes']],
  ['expect: {lost: 0, sent: >= 100}\n', ['1:25: text that begins with >: expected it in quotes']],
  ['name: "a\\q"\n', ['1:9: Invalid escape sequence \\q: expected single quotes, or each backslash twice']],
  ['name: *x\n', ['1:7: alias *x: no anchor has that name; expected &x before it']],
  ['&a <<: *a\n', ['1:8: <<: expected an alias of keys with values, or a list of such aliases']],
  ['name: !secret x\n', ['1:7: tag !secret: expected a value without a tag']],
  ['seed: !!binary aGE=\n', ['1:7: tag tag:yaml.org,2002:binary: expected a value without a tag']],
  ['name: x\n---\nname: y\n', ['2:1: a second document: expected one in a file']],
  ['[a]: 3\n', ['1:1: a key that is a list, keys with values or an alias: expected text']],
  ['links: {__proto__: {}}\n', ['1:9: key __proto__: expected another name']],
  ['name: *\n', ['1:7: not YAML: Alias cannot be an empty string']],
  ['%FOO\n---\nname: x\n', ['1:1: not YAML: Unknown directive %FOO']],
  ['['.repeat(10_000), ['1:101: nested too deeply: expected fewer levels']],
  ['- '.repeat(10_000), ['1:200: nested too deeply: expected fewer levels']],
  [`${'{a: '.repeat(200)}5`, ['1:398: nested too deeply: expected fewer levels']],
])('%j', (text, lines) => expect(linesOf(text)).toEqual(lines.map((line) => `x.yaml:${line}`)));
