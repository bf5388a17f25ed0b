// Those who wait for an alert: the dashboard in a real Chromium, which tells when the alert was drawn, and a plain client
// of the live channel. Times are epoch milliseconds of this machine's one clock.
import { io } from 'socket.io-client';
import type { Change } from '../../src/contracts/live.ts';
import { launchBrowser, openViewer, tokensOf } from '../e2e/browser.ts';
import { VIEWER } from './alert-instance.ts';

const POLL_MS = 5;

export interface AlertViewer {
  /** When this viewer had the first alert of a device; rejects when it does not come within `limitMs`. */
  seenAt(device: string, limitMs: number): Promise<number>;
  close(): Promise<void>;
}

async function waitFor(device: string, limitMs: number, look: () => Promise<number | null>): Promise<number> {
  const giveUpMs = performance.now() + limitMs;
  for (;;) {
    const seenMs = await look();
    if (seenMs !== null) return seenMs;
    if (performance.now() > giveUpMs) throw new Error(`${device}: no alert within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

type Noting = Window & { alertsSeen: Map<string, number> };

/**
 * In the page: notes for every device when its line of the queue was there and the next frame began. Sent there as text,
 * so every function in it stays without a name: the compiler would mark a named one with a helper the page does not have.
 */
function noteArrivals(): void {
  const seen = new Map<string, number>();
  Object.assign(window, { alertsSeen: seen });
  new MutationObserver(() => {
    const shown = [...document.querySelectorAll('.queue-line strong')].map((place) => place.textContent ?? '');
    const fresh = shown.filter((device) => !seen.has(device));
    requestAnimationFrame(() => {
      for (const device of fresh) seen.set(device, performance.timeOrigin + performance.now());
    });
  }).observe(document.body, { childList: true, subtree: true });
}

export async function openDashboard(httpUrl: string): Promise<AlertViewer> {
  const browser = await launchBrowser();
  const tokens = await tokensOf(httpUrl, VIEWER);
  const { page, words } = await openViewer(browser, httpUrl, { language: 'zh', tokens });
  await page.goto('/alerts');
  await page.getByText(words.frame.live.live, { exact: true }).waitFor();
  await page.evaluate(noteArrivals);
  const look = (device: string) => (): Promise<number | null> =>
    page.evaluate((id) => (window as unknown as Noting).alertsSeen.get(id) ?? null, device);
  return {
    seenAt: (device, limitMs) => waitFor(device, limitMs, look(device)),
    close: () => browser.close(),
  };
}

export async function openPlainClient(httpUrl: string): Promise<AlertViewer> {
  const { accessToken } = await tokensOf(httpUrl, VIEWER);
  const socket = io(`${httpUrl}/live`, { transports: ['websocket'], auth: { token: accessToken } });
  const seen = new Map<string, number>();
  socket.on('change', (change: Change) => {
    if (change.type !== 'alert.changed' || seen.has(change.data.device)) return;
    seen.set(change.data.device, performance.timeOrigin + performance.now());
  });
  const answer = (await socket.emitWithAck('subscribe', { topic: 'alerts' })) as { error?: string };
  if (answer.error !== undefined) throw new Error(`the live channel refused: ${answer.error}`);
  return {
    seenAt: (device, limitMs) => waitFor(device, limitMs, async () => seen.get(device) ?? null),
    close: async () => void socket.close(),
  };
}
