import { cisco } from './cisco.ts';
import type { VendorExamples } from './example.ts';
import { generic } from './generic.ts';
import { huawei } from './huawei.ts';
import { juniper } from './juniper.ts';
import { accelPpp, coova, wispr } from './linux.ts';
import { mikrotik } from './mikrotik.ts';
import { nokia } from './nokia.ts';
import { redback } from './redback.ts';
import { zte } from './zte.ts';

/** The examples of every vendor. */
export const ALL_EXAMPLES: readonly VendorExamples[] = [
  generic,
  mikrotik,
  accelPpp,
  wispr,
  coova,
  cisco,
  huawei,
  juniper,
  nokia,
  zte,
  redback,
];
