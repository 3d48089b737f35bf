import { readInstant } from '../subscribers/read-instant.ts';
import { readCardNumber, readSheba } from '../values/bank-number.ts';
import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { SettingDeclaration } from './catalogue-document.ts';
import type { DepositAccount, SettingVersion } from './house-settings.ts';
import { type Placement, placeVersion } from './place-version.ts';

/**
 * The version that a declaration adds to a setting, or puts in the place of one of the very same instant; `undefined` when
 * the value holds already by then. The declaration has passed `checkCatalogue`.
 * @param stored versions of all settings, by date.
 */
export function declareSetting(
  declaration: SettingDeclaration,
  stored: readonly SettingVersion[],
  now: Instant,
): SettingVersion | undefined {
  const placement = placeSetting(declaration, stored, now);
  if (placement.kind !== 'at') return undefined;
  // The value is of the setting that has this name, which the union no longer knows once it is taken apart.
  return {
    name: declaration.name,
    from: placement.from,
    value: settingValue(declaration),
  } as SettingVersion;
}

/** Where the declared value goes among those of the setting. */
export function placeSetting(
  declaration: SettingDeclaration,
  stored: readonly SettingVersion[],
  now: Instant,
): Placement {
  const versions = stored.filter(({ name }) => name === declaration.name);
  const given = readInstant(declaration.effectiveFrom);
  return placeVersion<unknown>(settingValue(declaration), versions, given, now);
}

/** The value as it is kept: bank numbers in one spelling. */
function settingValue(declaration: SettingDeclaration): unknown {
  if (declaration.name !== 'depositAccounts') return declaration.value;
  return declaration.value.map(
    (account): DepositAccount => ({
      ...account,
      cardNumber: readOr(account.cardNumber, readCardNumber),
      sheba: readOr(account.sheba, readSheba),
    }),
  );
}

function readOr(text: string, read: (text: string) => Result<string, unknown>): string {
  const number = read(text);
  return number.ok ? number.value : text;
}
