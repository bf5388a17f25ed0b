// What a way of sending promises: it resolves when the receiver has taken the notification, else says whether trying again
// can help.
import type { Language } from '../contracts/text.ts';
import type { Content } from './content.ts';

export interface Parcel {
  delivery: string;
  address: string;
  language: Language;
  timeZone: string;
  content: Content;
  createdAt: string;
  /** Of a webhook; `null` for mail. */
  secretSealed: Buffer | null;
}

export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  /** The receiver will never take it: no use in trying again. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}

export interface Sender {
  send(parcel: Parcel): Promise<void>;
  close(): void;
}
