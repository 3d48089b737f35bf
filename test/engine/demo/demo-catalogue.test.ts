import { expect, it } from 'vitest';
import { vatRateAt } from '../../../engine/catalog/vat.ts';
import { demoCatalogue } from '../../../engine/demo/demo-catalogue.ts';
import { demoDocument } from '../../../engine/demo/demo-document.ts';
import { declareSetting } from '../../../engine/orders/declare-setting.ts';
import { settingsAt } from '../../../engine/orders/house-settings.ts';
import { checkProvisioning } from '../../../engine/subscribers/check-provisioning.ts';
import { readProvisioning } from '../../../schemas/http/provisioning.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const document = { ...demoDocument('a-secret', 3799), ...demoCatalogue() };

it('fits together, and is a document that anybody may declare', () => {
  const nothing = {
    plans: new Map(),
    nasAddresses: new Map(),
    lines: new Map(),
    staticIpOwners: new Map(),
    grantOwners: new Map(),
  };
  expect(checkProvisioning(document, nothing, NOW)).toEqual([]);
  expect(readProvisioning(JSON.parse(JSON.stringify(document)), [])).toEqual({ ok: true, value: document });
});

it('has the services of product line P47, and something of every kind', () => {
  const { offers } = demoCatalogue();
  const services = offers.filter((offer) => /^\d+k-/.test(offer.code));
  expect(services).toHaveLength(19);
  expect(services.filter(({ code }) => code.endsWith('3months'))).toHaveLength(2);
  expect(new Set(offers.map(({ kind }) => kind)).size).toBe(6);
});

it('can be sold today: the tax of 1405 is set', () => {
  const versions = demoCatalogue().settings.flatMap((setting) => declareSetting(setting, [], NOW) ?? []);
  expect(vatRateAt(NOW, settingsAt(versions, NOW).vatRates)).toBe(10);
});
