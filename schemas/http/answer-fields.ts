import { z } from 'zod';

/** A whole number from 0 on, exact up to 2^53 - 1: octets, counts. */
export const count = z.int().min(0);

/** An instant as answers tell it, ISO 8601 in UTC. */
export const utcInstant = z.iso.datetime();

/** `next` of a page: what to ask the next one with, null when that was all. */
export const nextPage = z
  .string()
  .nullable()
  .describe('Asks for the next page; null when this was the last.');
