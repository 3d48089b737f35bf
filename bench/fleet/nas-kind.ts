import type { GigawordsHabit } from '../../engine/demo/nas-packets.ts';
import type { NasVendor } from '../../engine/nas/nas.ts';

/** Habits of one make of NAS, as far as they change what the engine sees. */
export interface NasKind {
  readonly name: string;
  readonly vendor: NasVendor;
  readonly gigawords: GigawordsHabit;
  readonly echoesClass: boolean;
  /** How passwords are sent; `challenge` is CHAP with CHAP-Challenge, `chap` uses the Request Authenticator. */
  readonly methods: readonly ('pap' | 'chap' | 'challenge')[];
  readonly messageAuthenticator: boolean;
  readonly sendsCallingStation: boolean;
  /** Event-Timestamp is sent, this much off the true time. */
  readonly clockErrorSeconds: number | undefined;
  readonly startHasAddress: boolean;
  /** Start carries zero counters and Acct-Session-Time 0. */
  readonly startHasCounters: boolean;
  /** counter: begins again after a reboot. second: shared by all who dial in one second. */
  readonly sessionIds: 'counter' | 'second' | 'random';
  readonly announcesBoot: boolean;
  readonly swapDirections: boolean;
  /** A retry gets a new Acct-Delay-Time, Identifier and authenticator (RFC 2866 §5.2), or is the same datagram. */
  readonly freshRetries: boolean;
  /** Answers Disconnect and CoA; a mute NAS drops them. */
  readonly obeys: boolean;
  /** Probability that a Stop carries zero counters. */
  readonly zeroStops: number;
  /** Probability per interim that the counters begin again from zero. */
  readonly resets: number;
  /** Counters wrap at 4 GiB, so its lines must be too slow to wrap twice between two records. */
  readonly slowLinesOnly: boolean;
}

const YEARS_SECONDS = 9 * 365 * 86_400;

const USUAL: Omit<NasKind, 'name'> = {
  vendor: 'generic',
  gigawords: 'always',
  echoesClass: true,
  methods: ['pap'],
  messageAuthenticator: false,
  sendsCallingStation: true,
  clockErrorSeconds: undefined,
  startHasAddress: true,
  startHasCounters: false,
  sessionIds: 'random',
  announcesBoot: false,
  swapDirections: false,
  freshRetries: true,
  obeys: true,
  zeroStops: 0,
  resets: 0,
  slowLinesOnly: false,
};

/** The makes of NAS in the fleet, modelled on what such programs were seen to send. */
export const NAS_KINDS: readonly NasKind[] = [
  {
    ...USUAL,
    name: 'mikrotik',
    vendor: 'mikrotik',
    gigawords: 'when-needed',
    methods: ['pap', 'chap'],
    messageAuthenticator: true,
    sessionIds: 'counter',
  },
  {
    ...USUAL,
    name: 'accel',
    vendor: 'accel-ppp',
    methods: ['chap', 'challenge'],
    startHasCounters: true,
    announcesBoot: true,
    zeroStops: 0.05,
    freshRetries: false,
  },
  {
    ...USUAL,
    name: 'pppd',
    gigawords: 'when-needed',
    methods: ['challenge'],
    sendsCallingStation: false,
    sessionIds: 'second',
    obeys: false,
    freshRetries: false,
  },
  { ...USUAL, name: 'ocserv', echoesClass: false, startHasAddress: false, zeroStops: 0.02 },
  { ...USUAL, name: 'wrap32', vendor: 'wispr', gigawords: 'never', slowLinesOnly: true },
  { ...USUAL, name: 'swapped', vendor: 'wispr', swapDirections: true, messageAuthenticator: true },
  { ...USUAL, name: 'stamped', messageAuthenticator: true, clockErrorSeconds: 0, resets: 0.01 },
  {
    ...USUAL,
    name: 'lost-clock',
    echoesClass: false,
    clockErrorSeconds: -YEARS_SECONDS,
    announcesBoot: true,
  },
];
