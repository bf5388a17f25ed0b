// A key that names one intended change, so that a repeated request does it once. Works without a secure context, as
// hospitals' own networks often have none.

export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
