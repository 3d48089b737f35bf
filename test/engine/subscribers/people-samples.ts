import type { CustomerDeclaration } from '../../../engine/subscribers/customer.ts';

/** Noon UTC of a Saturday, 1405/08/30. */
export const NOW = Date.UTC(2026, 10, 21, 12);

/** A person as typed on a Persian and an Arabic keyboard. */
export const typed: CustomerDeclaration = {
  kind: 'person',
  name: ' علي  كريمي ',
  nationalId: '۱۳۵۴۲۴۱۹',
  economicCode: '',
  mobile: '۰۹۱۲ ۳۴۵ ۶۷۸۹',
  phone: '011-32455123',
  email: ' ali@example.ir ',
  postalCode: '۱۶۱۹۷-۳۵۷۴۴',
  address: 'اصفهان، خيابان دانشگاه ۱۲',
  education: '',
  bornOn: '۱۳۶۹/۰۲/۱۱',
};
