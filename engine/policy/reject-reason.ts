/** Why an Access-Request was refused; staff read it in the history, the metric carries it as label. */
export type RejectReason =
  | 'unknown-user'
  | 'wrong-password'
  | 'no-password'
  | 'method-unsupported'
  | 'line-suspended'
  | 'no-service'
  | 'service-ended'
  | 'volume-ended'
  | 'mac-locked'
  | 'too-many-sessions'
  | 'no-address';
