import type { VatRate } from '../catalog/vat.ts';
import type { Report } from '../subscribers/check-plan.ts';
import { readInstant } from '../subscribers/read-instant.ts';
import { readCardNumber, readSheba } from '../values/bank-number.ts';
import type { Instant } from '../values/instant.ts';
import { isOctets } from '../values/octets.ts';
import type { SettingDeclaration } from './catalogue-document.ts';
import { placeSetting } from './declare-setting.ts';
import type { DepositAccount, SettingVersion } from './house-settings.ts';

/** Reports what is wrong with a value, and a date that would change what held before `now`. */
export function checkSetting(
  setting: SettingDeclaration,
  stored: readonly SettingVersion[],
  path: string,
  now: Instant,
  report: Report,
): void {
  const { effectiveFrom } = setting;
  checkValue(setting, `${path}.value`, report);
  if (effectiveFrom !== undefined && readInstant(effectiveFrom) === undefined) {
    report(`${path}.effectiveFrom`, `${effectiveFrom} is no ISO 8601 time with a zone`);
  } else if (placeSetting(setting, stored, now).kind === 'over') {
    report(`${path}.effectiveFrom`, `${effectiveFrom} is over: what held then cannot change`);
  }
}

function checkValue(setting: SettingDeclaration, path: string, report: Report): void {
  switch (setting.name) {
    case 'vatRates':
      setting.value.forEach((rate, index) => {
        checkRate(rate, `${path}[${index}]`, report);
      });
      return;
    case 'freeCharge':
      if (setting.value !== null && !isOctets(setting.value.octets)) {
        report(`${path}.octets`, 'must be a whole number of octets up to 2^53 - 1');
      }
      return;
    case 'depositAccounts':
      setting.value.forEach((account, index) => {
        checkAccount(account, `${path}[${index}]`, report);
      });
      return;
    default:
  }
}

function checkRate({ fromYear, toYear }: VatRate, path: string, report: Report): void {
  if (fromYear > toYear) report(`${path}.toYear`, 'must not be before fromYear');
}

/** An account may have no card or no Sheba. */
function checkAccount({ cardNumber, sheba }: DepositAccount, path: string, report: Report): void {
  if (cardNumber !== '' && !readCardNumber(cardNumber).ok) {
    report(`${path}.cardNumber`, 'must be a card number of 16 digits with the right check digit');
  }
  if (sheba !== '' && !readSheba(sheba).ok) {
    report(`${path}.sheba`, 'must be a Sheba: IR and 24 digits with the right check digits');
  }
}
