import { describe, expect, test } from 'vitest';
import { UNIMPAIRED } from '../../src/network/impairments.ts';
import { impairmentsOf, type LinkSettings } from '../../src/scenario/link-schema.ts';
import { scenarioOf } from '../../src/scenario/parse.ts';
import { scenarioWith } from './support.ts';

const MS = 1e6;

/** The settings of one link, as YAML. */
const link = (text: string): LinkSettings =>
  scenarioWith({ links: `{lan: ${text}, wan: {}}` }).links.lan as LinkSettings;

describe('a link', () => {
  test('has nothing unless given', () => {
    expect(link('{}')).toEqual({});
    expect(impairmentsOf(link('{}'))).toEqual({ forward: UNIMPAIRED, backward: UNIMPAIRED });
  });

  test('has netem’s impairments', () => {
    expect(
      link(
        '{delay: 20ms, jitter: 2ms, distribution: paretonormal, correlation: 25%, rate: 10mbit, limit: 50, mtu: 1500}',
      ),
    ).toEqual({
      delay: 20 * MS,
      jitter: 2 * MS,
      distribution: 'paretonormal',
      correlation: 0.25,
      rate: 10e6,
      limit: 50,
      mtu: 1500,
    });
  });

  test.each([
    ['3%', { probability: 0.03, correlation: 0 }],
    ['{random: 3%}', { probability: 0.03, correlation: 0 }],
    ['{random: 3%, correlation: 25%}', { probability: 0.03, correlation: 0.25 }],
    ['{gemodel: {p: 1%, r: 20%}}', { p: 0.01, r: 0.2, '1-h': 1, '1-k': 0 }],
    ['{gemodel: {p: 1%, r: 20%, 1-h: 90%, 1-k: 0.1%}}', { p: 0.01, r: 0.2, '1-h': 0.9, '1-k': 0.001 }],
  ])('loses as said: %s', (text, loss) => expect(link(`{loss: ${text}}`)).toEqual({ loss }));

  test.each(['duplicate', 'corrupt'])('may %s, with or without a correlation', (key) => {
    expect(link(`{${key}: 1%}`)).toEqual({ [key]: { probability: 0.01, correlation: 0 } });
    expect(link(`{${key}: {probability: 1%, correlation: 50%}}`)).toEqual({
      [key]: { probability: 0.01, correlation: 0.5 },
    });
  });

  test.each([
    ['5%', { probability: 0.05, correlation: 0, gap: 1 }],
    ['{probability: 5%}', { probability: 0.05, correlation: 0, gap: 1 }],
    ['{probability: 5%, correlation: 50%, gap: 5}', { probability: 0.05, correlation: 0.5, gap: 5 }],
  ])('reorders as said: %s', (text, reorder) =>
    expect(link(`{delay: 1ms, reorder: ${text}}`)).toEqual({ delay: MS, reorder }),
  );
});

describe('impairmentsOf', () => {
  test('a direction’s own settings go before those of both', () => {
    const given = link('{delay: 20ms, loss: 1%, forward: {delay: 5ms}, backward: {loss: 2%, rate: 1mbit}}');
    expect(impairmentsOf(given)).toEqual({
      forward: { ...UNIMPAIRED, delay: 5 * MS, loss: { probability: 0.01, correlation: 0 } },
      backward: { ...UNIMPAIRED, delay: 20 * MS, rate: 1e6, loss: { probability: 0.02, correlation: 0 } },
    });
  });

  test('later settings go before earlier ones, even before those of a direction, and leave the rest', () => {
    const usual = link('{delay: 20ms, jitter: 1ms, forward: {loss: 1%}}');
    const { forward, backward } = impairmentsOf(usual, link('{loss: 50%, backward: {delay: 1s}}'));
    expect(forward).toMatchObject({ delay: 20 * MS, jitter: MS, loss: { probability: 0.5 } });
    expect(backward).toMatchObject({ delay: 1000 * MS, jitter: MS, loss: { probability: 0.5 } });
  });

  test('a model of loss replaces another one as a whole', () => {
    const bursts = link('{loss: {gemodel: {p: 1%, r: 20%}}}');
    expect(impairmentsOf(bursts, link('{loss: 5%}')).forward.loss).toEqual({
      probability: 0.05,
      correlation: 0,
    });
    expect(impairmentsOf(link('{loss: 5%}'), bursts).forward.loss).not.toHaveProperty('probability');
  });

  test('what an object has as undefined is not given', () => {
    const given = { delay: '20ms', jitter: undefined, forward: { delay: undefined }, backward: undefined };
    const { links } = scenarioOf({ name: 'n', links: { lan: given }, networks: {}, destinations: [] });
    expect(impairmentsOf(links.lan as LinkSettings)).toEqual({
      forward: { ...UNIMPAIRED, delay: 20 * MS },
      backward: { ...UNIMPAIRED, delay: 20 * MS },
    });
  });
});

describe('what would do nothing is refused, unless something makes it do something', () => {
  test.each([
    '{delay: 1ms, reorder: 5%}',
    '{delay: 1ms, forward: {reorder: 5%}}',
    '{forward: {delay: 1ms}, reorder: 5%}',
    '{jitter: 1ms, reorder: 5%}',
    '{reorder: 0%}',
    '{jitter: 0ms, distribution: normal, correlation: 25%}',
    '{forward: {jitter: 1ms}, distribution: normal}',
    '{rate: 1mbit, backward: {limit: 5}}',
  ])('%s does something', (text) => expect(() => link(text)).not.toThrow());

  test.each([
    ['{forward: {reorder: 5%}, backward: {delay: 1ms}}', 'reorder: nothing overtakes'],
    ['{delay: 0ms, reorder: 5%}', 'reorder: nothing overtakes'],
    ['{forward: {jitter: 1ms}, backward: {distribution: normal}}', 'distribution: there is no jitter'],
    ['{loss: 1%, correlation: 25%}', 'correlation: there is no jitter'],
    ['{limit: 5}', 'limit: nothing waits'],
  ])('%s does not', (text, message) => expect(() => link(text)).toThrow(message));

  test('an event of the timeline may make it do something', () => {
    const links = '{lan: {distribution: normal, limit: 5, reorder: 5%}, wan: {}}';
    const timeline = '[{at: 1m, impair: lan, with: {delay: 5ms, jitter: 1ms, rate: 1mbit}}]';
    expect(() => scenarioWith({ links, timeline })).not.toThrow();
    expect(() => scenarioWith({ links, timeline: timeline.replace('lan', 'wan') })).toThrow(
      'limit: nothing waits',
    );
  });

  test('an event may make use of what its link has', () => {
    const links = '{lan: {delay: 5ms, jitter: 1ms, rate: 1mbit}, wan: {}}';
    const timeline =
      '[{at: 1m, impair: lan, with: {distribution: normal, limit: 5, forward: {reorder: 5%}}}]';
    expect(() => scenarioWith({ links, timeline })).not.toThrow();
    expect(() => scenarioWith({ links, timeline: timeline.replace('lan', '[lan, wan]') })).toThrow('reorder');
  });
});
