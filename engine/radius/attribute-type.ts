/**
 * Type numbers of the standard attribute space that Mizan names, with the RFC that gives each. Other numbers are
 * carried and shown through the dictionaries; this list is for code that must say which attribute it means.
 */
export const AttributeType = {
  // RFC 2865 §5
  UserName: 1,
  UserPassword: 2,
  ChapPassword: 3,
  NasIpAddress: 4,
  NasPort: 5,
  ServiceType: 6,
  FramedProtocol: 7,
  FramedIpAddress: 8,
  FramedIpNetmask: 9,
  FramedRouting: 10,
  FilterId: 11,
  FramedMtu: 12,
  FramedCompression: 13,
  LoginIpHost: 14,
  LoginService: 15,
  LoginTcpPort: 16,
  ReplyMessage: 18,
  CallbackNumber: 19,
  CallbackId: 20,
  FramedRoute: 22,
  FramedIpxNetwork: 23,
  State: 24,
  Class: 25,
  VendorSpecific: 26,
  SessionTimeout: 27,
  IdleTimeout: 28,
  TerminationAction: 29,
  CalledStationId: 30,
  CallingStationId: 31,
  NasIdentifier: 32,
  ProxyState: 33,
  LoginLatService: 34,
  LoginLatNode: 35,
  LoginLatGroup: 36,
  FramedAppleTalkLink: 37,
  FramedAppleTalkNetwork: 38,
  FramedAppleTalkZone: 39,
  // RFC 2866 §5
  AcctStatusType: 40,
  AcctDelayTime: 41,
  AcctInputOctets: 42,
  AcctOutputOctets: 43,
  AcctSessionId: 44,
  AcctAuthentic: 45,
  AcctSessionTime: 46,
  AcctInputPackets: 47,
  AcctOutputPackets: 48,
  AcctTerminateCause: 49,
  AcctMultiSessionId: 50,
  AcctLinkCount: 51,
  // RFC 2869 §5.1-5.3
  AcctInputGigawords: 52,
  AcctOutputGigawords: 53,
  EventTimestamp: 55,
  // RFC 4675 §2
  EgressVlanId: 56,
  IngressFilters: 57,
  EgressVlanName: 58,
  UserPriorityTable: 59,
  // RFC 2865 §5.40-5.43
  ChapChallenge: 60,
  NasPortType: 61,
  PortLimit: 62,
  LoginLatPort: 63,
  // RFC 2868 §3
  TunnelType: 64,
  TunnelMediumType: 65,
  TunnelClientEndpoint: 66,
  TunnelServerEndpoint: 67,
  // RFC 2867 §4.1; 69: RFC 2868 §3.5
  AcctTunnelConnection: 68,
  TunnelPassword: 69,
  // RFC 2869 §5.4-5.14
  ArapPassword: 70,
  ArapFeatures: 71,
  ArapZoneAccess: 72,
  ArapSecurity: 73,
  ArapSecurityData: 74,
  PasswordRetry: 75,
  Prompt: 76,
  ConnectInfo: 77,
  ConfigurationToken: 78,
  EapMessage: 79,
  MessageAuthenticator: 80,
  // RFC 2868 §3.6-3.8
  TunnelPrivateGroupId: 81,
  TunnelAssignmentId: 82,
  TunnelPreference: 83,
  // RFC 2869 §5.15-5.16
  ArapChallengeResponse: 84,
  AcctInterimInterval: 85,
  // RFC 2867 §4.2
  AcctTunnelPacketsLost: 86,
  // RFC 2869 §5.17-5.18
  NasPortId: 87,
  FramedPool: 88,
  // RFC 4372 §2
  ChargeableUserIdentity: 89,
  // RFC 2868 §3.9-3.10
  TunnelClientAuthId: 90,
  TunnelServerAuthId: 91,
  // RFC 4849 §2
  NasFilterRule: 92,
  // RFC 4005 §4.4.8
  OriginatingLineInfo: 94,
  // RFC 3162 §2
  NasIpv6Address: 95,
  FramedInterfaceId: 96,
  FramedIpv6Prefix: 97,
  LoginIpv6Host: 98,
  FramedIpv6Route: 99,
  FramedIpv6Pool: 100,
  // RFC 5176 §3.5
  ErrorCause: 101,
  // RFC 4072 §3
  EapKeyName: 102,
  // RFC 4818 §3
  DelegatedIpv6Prefix: 123,
  // RFC 5580 §4.1
  OperatorName: 126,
  // RFC 6911 §3
  FramedIpv6Address: 168,
  DnsServerIpv6Address: 169,
  RouteIpv6Information: 170,
  DelegatedIpv6PrefixPool: 171,
  StatefulIpv6AddressPool: 172,
  // RFC 6929 §3: 241-244 extended, 245-246 long extended
  ExtendedAttribute1: 241,
  ExtendedAttribute2: 242,
  ExtendedAttribute3: 243,
  ExtendedAttribute4: 244,
  ExtendedAttribute5: 245,
  ExtendedAttribute6: 246,
} as const;

/** One of the type numbers in `AttributeType`. */
export type AttributeType = (typeof AttributeType)[keyof typeof AttributeType];

/** Values of Acct-Status-Type (RFC 2866 §5.1; tunnel values RFC 2867 §3). */
export const AcctStatusType = {
  Start: 1,
  Stop: 2,
  InterimUpdate: 3,
  AccountingOn: 7,
  AccountingOff: 8,
  TunnelStart: 9,
  TunnelStop: 10,
  TunnelReject: 11,
  TunnelLinkStart: 12,
  TunnelLinkStop: 13,
  TunnelLinkReject: 14,
  Failed: 15,
} as const;

/** Values of Acct-Terminate-Cause (RFC 2866 §5.10; 19 to 22 by RFC 3580 §2.2). */
export const TerminateCause = {
  UserRequest: 1,
  LostCarrier: 2,
  LostService: 3,
  IdleTimeout: 4,
  SessionTimeout: 5,
  AdminReset: 6,
  AdminReboot: 7,
  PortError: 8,
  NasError: 9,
  NasRequest: 10,
  NasReboot: 11,
  PortUnneeded: 12,
  PortPreempted: 13,
  PortSuspended: 14,
  ServiceUnavailable: 15,
  Callback: 16,
  UserError: 17,
  HostRequest: 18,
  SupplicantRestart: 19,
  ReauthenticationFailure: 20,
  PortReinitialized: 21,
  PortAdministrativelyDisabled: 22,
} as const;

/** Values of Error-Cause (RFC 5176 §3.5; 509 RFC 5580 §4.5, 601 RFC 7930 §6). */
export const ErrorCause = {
  ResidualSessionContextRemoved: 201,
  InvalidEapPacket: 202,
  UnsupportedAttribute: 401,
  MissingAttribute: 402,
  NasIdentificationMismatch: 403,
  InvalidRequest: 404,
  UnsupportedService: 405,
  UnsupportedExtension: 406,
  InvalidAttributeValue: 407,
  AdministrativelyProhibited: 501,
  RequestNotRoutable: 502,
  SessionContextNotFound: 503,
  SessionContextNotRemovable: 504,
  OtherProxyProcessingError: 505,
  ResourcesUnavailable: 506,
  RequestInitiated: 507,
  MultipleSessionSelectionUnsupported: 508,
  LocationInfoRequired: 509,
  ResponseTooBig: 601,
} as const;

const ERROR_CAUSE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ErrorCause).map(([name, value]) => [value, name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')]),
);

/** Name of an Error-Cause value, for example `Session-Context-Not-Found`; `Error-Cause-999` for an unknown one. */
export function errorCauseName(value: number): string {
  return ERROR_CAUSE_NAMES.get(value) ?? `Error-Cause-${value}`;
}
