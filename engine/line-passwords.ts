import type { Logger } from 'pino';
import type { LineProfile } from './policy/line-state.ts';
import { passwordContext, type SecretBox } from './runtime/secret-box.ts';

/**
 * Opens the internet passwords of lines, each once per profile in memory. '' for a line without one, and for one
 * sealed with another key, which is told to the operator.
 */
export function linePasswords(secrets: SecretBox, log: Logger): (profile: LineProfile) => string {
  const opened = new WeakMap<LineProfile, string>();
  return (profile) => {
    const known = opened.get(profile);
    if (known !== undefined) return known;
    const { sealedPassword, username } = profile;
    const password = sealedPassword === '' ? '' : secrets.open(sealedPassword, passwordContext(username));
    if (password === undefined) log.error('a password was sealed with another MIZAN_KEY');
    opened.set(profile, password ?? '');
    return password ?? '';
  };
}
