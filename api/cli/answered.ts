/**
 * The body of an answer that has these fields.
 * @throws Error for any other: of what is not there a sentence could say that it is done.
 */
export function answered<Answer extends object>(
  body: unknown,
  kind: 'number' | 'boolean',
  ...fields: readonly (keyof Answer & string)[]
): Answer {
  const whole = Object(body) as Record<string, unknown>;
  const absent = fields.find((field) => typeof whole[field] !== kind);
  if (absent !== undefined) throw new Error(`it has no ${absent}`);
  return whole as unknown as Answer;
}
