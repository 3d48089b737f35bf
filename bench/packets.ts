import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { freeradiusVersion } from './freeradius/freeradius-server.ts';
import { type CodecFigures, measureCodecs } from './load/codec.ts';
import type { RequestKind } from './load/requests.ts';
import { endOnSignal } from './packets/end-on-signal.ts';
import { type Figure, type LoadSettings, measure, sendOnce } from './packets/measure.ts';
import type { Peer } from './packets/peer.ts';
import { designAims, type Medians, type MediansByPeer, median } from './packets/ratios.ts';
import { PEER_KINDS, type PeerSettings } from './packets/start-peers.ts';

const SECRET = 'a-long-secret-for-the-bench';
const KINDS = ['pap', 'interim'] as const;

interface Run {
  readonly peer: string;
  readonly kind: (typeof KINDS)[number];
  readonly figure: Figure;
}

/**
 * The packet path beside FreeRADIUS and the bare echo, and the codec beside the `radius` package, interleaved in one run. One
 * line of JSON per figure; the last one holds the ratios that the design asks for. How it is measured is told in
 * the README.
 */
async function main(): Promise<void> {
  endOnSignal();
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      'warm-up': { type: 'string', default: '2' },
      lines: { type: 'string', default: '10000' },
      'in-flight': { type: 'string', default: '512' },
      rounds: { type: 'string', default: '3' },
      generators: { type: 'string', default: '1' },
      peers: { type: 'string', default: PEER_KINDS.map(({ name }) => name).join(',') },
      'file-threads': { type: 'string', default: '2' },
      'sql-threads': { type: 'string', default: '16' },
    },
  });
  const load: LoadSettings = {
    secret: SECRET,
    lines: Number(values.lines),
    // They have been running for a while when they are first reported.
    sessionsBeganAt: Date.now() - 60_000,
    warmUpMs: Number(values['warm-up']) * 1000,
    measureMs: Number(values.seconds) * 1000,
    inFlight: Number(values['in-flight']),
    generators: Number(values.generators),
  };
  const settings: PeerSettings = {
    secret: SECRET,
    lines: load.lines,
    fileThreads: Number(values['file-threads']),
    sqlThreads: Number(values['sql-threads']),
  };
  print({
    machine: cpus()[0]?.model,
    cores: cpus().length,
    node: process.version,
    freeradius: freeradiusVersion(),
    ...load,
    ...settings,
  });
  const codec = measureCodecs();
  print({ codec: describeCodecs(codec) });
  const peers: Peer[] = [];
  try {
    await startPeers(peers, values.peers.split(','), settings, load);
    const runs = await measureAll(peers, Number(values.rounds), load);
    for (const peer of peers) {
      const recorded = await peer.recorded();
      if (recorded !== undefined) print({ peer: peer.name, recorded });
    }
    const medians = mediansOf(runs);
    print({ medians });
    print({ conditions: conditionsOf(runs), ratios: designAims(medians, codec) });
  } finally {
    for (const peer of peers) await peer.stop();
  }
}

/** Starts them one by one into `peers`, so that whoever calls can stop those that came up. */
async function startPeers(
  peers: Peer[],
  names: readonly string[],
  settings: PeerSettings,
  load: LoadSettings,
): Promise<void> {
  for (const kind of PEER_KINDS.filter(({ name }) => names.includes(name))) {
    const missing = kind.missing();
    if (missing !== '') {
      print({ peer: kind.name, skipped: `this machine has no ${missing}` });
      continue;
    }
    const peer = await kind.start(settings);
    peers.push(peer);
    if (!peer.isEcho) await sendOnce(peer, 'start', load);
    await peer.prepared();
  }
}

/** Each round begins with another peer, so that none is always measured on a machine that another has just heated. */
async function measureAll(peers: readonly Peer[], rounds: number, load: LoadSettings): Promise<Run[]> {
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = [...peers.slice(round % peers.length), ...peers.slice(0, round % peers.length)];
    for (const kind of KINDS) {
      for (const peer of order) {
        const figure = await measure(peer, kind, load);
        runs.push({ peer: peer.name, kind, figure });
        print({ round, kind, peer: peer.name, ...figure });
      }
    }
  }
  return runs;
}

function mediansOf(runs: readonly Run[]): MediansByPeer {
  const of = (kind: RequestKind): Record<string, Medians> => {
    const byPeer = Map.groupBy(
      runs.filter((run) => run.kind === kind),
      ({ peer }) => peer,
    );
    return Object.fromEntries([...byPeer].map(([peer, own]) => [peer, medianFigure(own)]));
  };
  return { pap: of('pap'), interim: of('interim') };
}

/** What a reader must know to believe the ratios. */
function conditionsOf(runs: readonly Run[]): object {
  const most = (of: (figure: Figure) => number, chosen: readonly Run[]) =>
    Math.max(0, ...chosen.map(({ figure }) => of(figure)));
  const served = runs.filter(({ peer }) => peer !== 'echo');
  return {
    othersBusyMedian: median(runs.map(({ figure }) => figure.othersBusy)),
    othersBusyMost: most((figure) => figure.othersBusy, runs),
    generatorBusyMost: most((figure) => figure.generatorBusy, served),
    generatorBusyAtEcho: most(
      (figure) => figure.generatorBusy,
      runs.filter(({ peer }) => peer === 'echo'),
    ),
    repeatedMost: most((figure) => figure.repeated, runs),
    refusedMost: most((figure) => figure.refused, runs),
  };
}

function medianFigure(runs: readonly Run[]): Medians {
  const of = (column: keyof Medians) => median(runs.map(({ figure }) => figure[column]));
  return {
    packetsPerSecond: of('packetsPerSecond'),
    sustainedPerSecond: of('sustainedPerSecond'),
    cpuMicrosTotal: of('cpuMicrosTotal'),
    cpuMicrosSettled: of('cpuMicrosSettled'),
  };
}

function describeCodecs({ decodeMicros, replyMicros }: CodecFigures): object {
  const row = ([mizan, radius]: readonly [number, number]) => ({
    mizanMicros: Number(mizan.toFixed(2)),
    radiusPackageMicros: Number(radius.toFixed(2)),
  });
  return { decodeAndCheck: row(decodeMicros), reply: row(replyMicros) };
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
