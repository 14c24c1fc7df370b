/**
 * An estimate of how a telephone call would sound: the E-model of ITU-T G.107 (06/2015), with its default values for
 * everything that probes do not tell, for G.711 with packet loss concealment.
 */

/** What the network does to a call. */
export interface CallConditions {
  /** Mouth to ear, one way, ms. */
  delay: number;
  /** Share of the packets that are lost, 0 to 1. */
  loss: number;
  /** Mean length of loss periods, as a multiple of what random loss of the same share would have; 1: random loss. */
  burstRatio: number;
}

/** Default values of G.107, table 2: send and receive loudness, echo loudness and echo path loss, dB. */
const RLR = 2;
const TELR = 65;
const WEPL = 110;

/** Basic signal-to-noise ratio Ro, and simultaneous impairments Is, as the default values make them: G.107, 7.2 and 7.3. */
const BASIC_RATIO = 94.7688;
const SIMULTANEOUS = 1.4136;

/** Sum of all noise at the 0 dBr point, dBm0p, as the default values make it: G.107, 7.2. */
const NOISE = -61.1792;

/** Delay sensitivity and the least delay that is perceived, ms, of an ordinary conversation: G.107, table 1. */
const SENSITIVITY = 1;
const LEAST_PERCEIVED = 100;

/** Equipment impairment and packet-loss robustness of G.711 with its Appendix I: ITU-T G.113, Appendix I. */
const IE = 0;
const BPL = 25.1;

/** What a packet's 20 ms of speech and a jitter buffer of two packets add to the network's delay, ms. */
export const EQUIPMENT_DELAY = 60;

/** Transmission rating factor R, 0 to 100 (93.2 where nothing is impaired): G.107, 7.1. */
export const ratingOf = ({ delay, loss, burstRatio }: CallConditions): number =>
  Math.max(0, BASIC_RATIO - SIMULTANEOUS - delayImpairment(delay) - lossImpairment(loss, burstRatio));

/** Mean opinion score, 1 to 4.5, of a rating: G.107, Annex B. */
export function mosOf(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  // Between 0 and 6.5 the polynomial falls below 1.
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

/** Id of G.107, 7.4: talker echo, listener echo, and the delay itself. */
function delayImpairment(delay: number): number {
  const echoed =
    TELR - 40 * Math.log10((1 + delay / 10) / (1 + delay / 150)) + 6 * Math.exp(-0.3 * delay ** 2);
  const heard = -1.5 * (NOISE - RLR) - (80 + 2.5 * (echoed - 14));
  const talker = (heard / 2 + Math.sqrt(heard ** 2 / 4 + 100) - 1) * (1 - Math.exp(-delay));
  const again = BASIC_RATIO - 10.5 * (WEPL + 7) * (2 * delay + 1) ** -0.25;
  const listener = again / 2 + Math.sqrt(again ** 2 / 4 + 169);
  return talker + listener + tooLong(delay);
}

/** Idd: what even a call without any echo suffers from. */
function tooLong(delay: number): number {
  if (delay <= LEAST_PERCEIVED) return 0;
  const x = Math.log2(delay / LEAST_PERCEIVED);
  const power = 6 * SENSITIVITY;
  const root = (value: number) => (1 + value ** power) ** (1 / power);
  return 25 * (root(x) - 3 * root(x / 3) + 2);
}

/** Ie-eff of G.107, 7.5. */
function lossImpairment(loss: number, burstRatio: number): number {
  const percent = loss * 100;
  return IE + ((95 - IE) * percent) / (percent / Math.max(1, burstRatio) + BPL);
}
