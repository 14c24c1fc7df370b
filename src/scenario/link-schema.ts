import { z } from 'zod';
import { DISTRIBUTIONS } from '../network/distribution.ts';
import { type Impairments, UNIMPAIRED } from '../network/impairments.ts';
import { DIRECTIONS, type Direction } from '../network/link.ts';
import { duration, percentage, rate, whole } from './quantities.ts';
import { isKeys, oneOf, only } from './shapes.ts';

const correlation = percentage('How much one packet’s fate is like the one’s before', '25%').prefault('0%');

/** How often something happens: a share alone, or with more to it. */
const chance = (description: string) => {
  const share = percentage(description, '1%', ', or keys with values: probability, correlation').transform(
    (probability) => ({
      probability,
      correlation: 0,
    }),
  );
  const more = only({ probability: percentage(description), correlation });
  return oneOf<typeof share | typeof more>([share, more], (given) => (isKeys(given) ? more : share)).meta({
    description,
  });
};

const gemodel = only({
  p: percentage('Of the packets of a good time, those at which a bad one begins'),
  r: percentage('Of the packets of a bad time, those at which a good one begins', '20%'),
  '1-h': percentage('Loss in a bad time', '90%').prefault('100%'),
  '1-k': percentage('Loss in a good time', '0.1%').prefault('0%'),
});

const LOST = 'Share of the packets that are lost';

const lost = percentage(LOST, '1%', ', or a model: random, gemodel').transform((probability) => ({
  probability,
  correlation: 0,
}));
const random = only({ random: percentage(LOST), correlation }).transform(
  ({ random: probability, correlation }) => ({ probability, correlation }),
);
const bursts = only({
  gemodel: gemodel.meta({ description: 'Bursts: the Gilbert–Elliott model' }),
}).transform(({ gemodel }) => gemodel);
const loss = oneOf<typeof lost | typeof random | typeof bursts>([lost, random, bursts], (given) => {
  if (!isKeys(given)) return lost;
  if (!Object.hasOwn(given, 'gemodel')) return random;
  return Object.hasOwn(given, 'random') ? 'random and gemodel: expected one of them' : bursts;
}).meta({ description: 'Which packets are lost: a percentage, or a model (random, gemodel)' });

const UNDELAYED = 'Share of the packets that are not delayed';

const overtaking = percentage(
  UNDELAYED,
  '1%',
  ', or keys with values: probability, correlation, gap',
).transform((probability) => ({ probability, correlation: 0, gap: 1 }));
const overtakingMore = only({
  probability: percentage(UNDELAYED),
  correlation,
  gap: whole(1, 1e6, 'At most one of so many packets overtakes').prefault(1),
});
const reorder = oneOf<typeof overtaking | typeof overtakingMore>([overtaking, overtakingMore], (given) =>
  isKeys(given) ? overtakingMore : overtaking,
).meta({ description: 'Which packets overtake those before them' });

/** What a link may do, in one direction or in both. */
const shape = {
  delay: duration('How long a packet takes').optional(),
  jitter: duration(
    'How much that varies: half the range of uniform, the standard deviation of the others',
    '2ms',
  ).optional(),
  distribution: z
    .enum(DISTRIBUTIONS)
    .optional()
    .meta({ description: 'How jitter is spread; uniform unless given' }),
  correlation: percentage('Of one packet’s jitter with the one’s before', '25%').optional(),
  loss: loss.optional(),
  duplicate: chance('Share of the packets that arrive twice').optional(),
  corrupt: chance('Share of the packets of which one bit is flipped').optional(),
  reorder: reorder.optional(),
  rate: rate('Bits a second, IP headers included').optional(),
  limit: whole(1, 1e6, 'How many packets wait for the rate; further ones are lost').optional(),
  mtu: whole(68, 65_535, 'The longest packet, IP header included, bytes').optional(),
};

const oneWay = only(shape).meta({ id: 'direction', description: 'What a link does in one direction' });

export const linkSchema = only({
  ...shape,
  forward: oneWay.optional().meta({ description: 'What is different away from the source' }),
  backward: oneWay.optional().meta({ description: 'What is different towards the source' }),
}).meta({
  id: 'link',
  description: 'A link, the same in both directions unless `forward` and `backward` say otherwise',
});

export type LinkSettings = z.output<typeof linkSchema>;

/** What a link does in each direction: the later settings go before the earlier ones. */
export function impairmentsOf(...settings: LinkSettings[]): Record<Direction, Impairments> {
  const merged = { forward: UNIMPAIRED, backward: UNIMPAIRED };
  for (const { forward, backward, ...both } of settings)
    for (const direction of DIRECTIONS)
      merged[direction] = {
        ...merged[direction],
        ...both,
        ...(direction === 'forward' ? forward : backward),
      } as Impairments;
  return merged;
}
