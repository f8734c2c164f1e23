// Turns the statistics of `getStats` into figures, a level, and an adaptation. Pure.

/** The route of media: direct, through a NAT, or through a TURN server. */
export type Route = 'host' | 'srflx' | 'prflx' | 'relay';
/** The level of a connection's quality. */
export type QualityLevel = 'good' | 'fair' | 'poor';
/** The adaptation: everything is sent, smaller video, or audio only. */
export type Saving = 'none' | 'smaller' | 'audio_only';

/** Counters of one connection at one moment. */
export interface StatsSample {
  atMs: number;
  received: number;
  lost: number;
  jitterMs?: number;
  roundTripMs?: number;
  /** The packet loss of the sent media in percent, from the other side's last report. */
  sentLossPercent?: number;
  route?: Route;
}

/** The quality of a connection over the last seconds. */
export interface Quality {
  level: QualityLevel;
  /** The packet loss of the worse direction in percent. */
  lossPercent: number;
  roundTripMs?: number;
  jitterMs?: number;
  route?: Route;
  /** Whether the outgoing direction is the affected one. */
  isSending: boolean;
}

type Entry = Record<string, unknown> & { type: string; id: string };
const routes: readonly string[] = ['host', 'srflx', 'prflx', 'relay'] satisfies Route[];
const limits = {
  good: { loss: 2, roundTripMs: 300, jitterMs: 40 },
  fair: { loss: 8, roundTripMs: 600, jitterMs: 100 },
};
/** With fewer packets than this the loss is not meaningful. */
const leastPackets = 20;

/** Reads a report of `RTCPeerConnection.getStats()`. */
export function readStats(report: Pick<RTCStatsReport, 'forEach'>, atMs: number): StatsSample {
  const entries: Entry[] = [];
  report.forEach(entry => entries.push(entry as Entry));
  const sample: StatsSample = { atMs, received: 0, lost: 0 };
  const number = (value: unknown) => typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  const worse = (name: 'jitterMs' | 'roundTripMs' | 'sentLossPercent', value: number | undefined) => {
    if (value !== undefined)
      sample[name] = Math.max(sample[name] ?? 0, value);
  };
  for (const entry of entries) {
    if (entry.type === 'inbound-rtp') {
      sample.received += number(entry['packetsReceived']) ?? 0;
      sample.lost += Math.max(0, number(entry['packetsLost']) ?? 0);
      if (entry['kind'] === 'audio')
        worse('jitterMs', scaled(number(entry['jitter'])));
    } else if (entry.type === 'remote-inbound-rtp') {
      const loss = number(entry['fractionLost']);
      worse('sentLossPercent', loss === undefined ? undefined : loss * 100);
    }
  }
  const pair = selectedPair(entries);
  if (pair) {
    worse('roundTripMs', scaled(number(pair['currentRoundTripTime'])));
    const types = ['localCandidateId', 'remoteCandidateId']
      .map(id => entries.find(entry => entry.id === pair[id])?.['candidateType']);
    // A path is relayed if either end is.
    const route = types.includes('relay') ? 'relay' : types[0];
    if (typeof route === 'string' && routes.includes(route))
      sample.route = route as Route;
  }
  return sample;
}

/** Computes the quality between two samples of one connection. */
export function assess(before: StatsSample, now: StatsSample): Quality {
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  const inLoss = received + lost < leastPackets ? 0 : lost / (received + lost) * 100;
  const outLoss = now.sentLossPercent ?? 0;
  const { jitterMs, roundTripMs, route } = now;
  const rank = (loss: number): QualityLevel => (['good', 'fair'] as const).find(level =>
    loss < limits[level].loss && (roundTripMs ?? 0) < limits[level].roundTripMs && (jitterMs ?? 0) < limits[level].jitterMs)
      ?? 'poor';
  return {
    level: rank(Math.max(inLoss, outLoss)),
    lossPercent: round(Math.max(inLoss, outLoss)),
    ...(roundTripMs === undefined ? {} : { roundTripMs: round(roundTripMs) }),
    ...(jitterMs === undefined ? {} : { jitterMs: round(jitterMs) }),
    ...(route === undefined ? {} : { route }),
    isSending: outLoss >= limits.good.loss || (roundTripMs ?? 0) >= limits.good.roundTripMs,
  };
}

/** The adaptation, and the number of consecutive bad or good samples. */
export interface Adaptation { saving: Saving; bad: number; good: number }

/** No adaptation. */
export const fullSending: Adaptation = { saving: 'none', bad: 0, good: 0 };

const steps: readonly Saving[] = ['none', 'smaller', 'audio_only'];
const downAfter = 2;
const upAfter = 5;

/** The next step: down after two consecutive poor samples of the outgoing direction, up after five good ones. */
export function adapt({ saving, bad, good }: Adaptation, { level, isSending }: Pick<Quality, 'level' | 'isSending'>): Adaptation {
  const next = { bad: level === 'poor' && isSending ? bad + 1 : 0, good: level === 'good' ? good + 1 : 0 };
  const at = steps.indexOf(saving);
  if (next.bad >= downAfter && at < steps.length - 1)
    return { saving: steps[at + 1]!, bad: 0, good: 0 };
  if (next.good >= upAfter && at > 0)
    return { saving: steps[at - 1]!, bad: 0, good: 0 };
  return { saving, ...next };
}

/**
 * The divisor of the camera's resolution, for an adaptation and a number of other parties, each of which receives its own
 * video.
 */
export function pictureFor(
  saving: Saving, others: number,
): { active: boolean; scaleResolutionDownBy: number; maxBitrate: number } {
  const [scale, kilobits] = others <= 2 ? [1, 1_500] : others <= 4 ? [2, 500] : others <= 8 ? [4, 200] : [4, 120];
  return saving === 'none' ? { active: true, scaleResolutionDownBy: scale!, maxBitrate: kilobits! * 1000 }
    : { active: saving === 'smaller', scaleResolutionDownBy: scale! * 2, maxBitrate: Math.round(kilobits! / 4) * 1000 };
}

/** The worst of several connections, which a device reports for a call. */
export function worst(qualities: Quality[]): Quality | undefined {
  const max = (values: (number | undefined)[]) => {
    const given = values.filter(value => value !== undefined);
    return given.length > 0 ? Math.max(...given) : undefined;
  };
  const [first, ...others] = qualities;
  if (!first || others.length === 0)
    return first;
  const [roundTripMs, jitterMs] = [max(qualities.map(one => one.roundTripMs)), max(qualities.map(one => one.jitterMs))];
  const route = [...routes].reverse().find(one => qualities.some(quality => quality.route === one)) as Route | undefined;
  return {
    level: (['poor', 'fair', 'good'] as const).find(level => qualities.some(one => one.level === level))!,
    lossPercent: Math.max(...qualities.map(one => one.lossPercent)),
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
    ...(route === undefined ? {} : { route }),
    isSending: qualities.some(one => one.isSending),
  };
}

function selectedPair(entries: Entry[]): Entry | undefined {
  const transport = entries.find(entry => entry.type === 'transport' && entry['selectedCandidatePairId']);
  const pairs = entries.filter(entry => entry.type === 'candidate-pair');
  return pairs.find(pair => pair.id === transport?.['selectedCandidatePairId'])
    // Firefox marks the pair itself.
    ?? pairs.find(pair => pair['selected'] === true || (pair['nominated'] === true && pair['state'] === 'succeeded'));
}

const scaled = (seconds: number | undefined): number | undefined => seconds === undefined ? undefined : seconds * 1000;
const round = (value: number): number => Math.round(value * 10) / 10;
