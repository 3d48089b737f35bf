import { ErrorCause } from '../../radius/attribute-type.ts';
import type { AfterNak } from './vendor-driver.ts';

/**
 * Error-Cause as RFC 5176 §3.5 means it, which MikroTik, accel-ppp, Junos and SR OS follow. What is momentary is tried
 * again; everything else this NAS will refuse again, and so will it a request without a cause.
 */
export function meaningOfNak(errorCause: number): AfterNak {
  switch (errorCause) {
    case ErrorCause.SessionContextNotFound:
      return 'gone';
    case ErrorCause.RequestNotRoutable:
    case ErrorCause.OtherProxyProcessingError:
    case ErrorCause.ResourcesUnavailable:
      return 'retry';
    default:
      return 'disconnect';
  }
}
