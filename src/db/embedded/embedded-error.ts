// Why an embedded database's folder cannot be used; the message always says what to do about it.

export type EmbeddedFault = 'in-use' | 'not-writable' | 'not-ours' | 'newer' | 'damaged';

export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly fault: EmbeddedFault;

  constructor(fault: EmbeddedFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
