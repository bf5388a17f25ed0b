// Which addresses a webhook may reach: public ones, so that nobody turns the server against the network it stands in
// (server-side request forgery). The check is on the address that is connected to, not on the name.
import { BlockList, isIP } from 'node:net';
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';

const REFUSED: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  // IANA special-purpose registries: this network, private, carrier NAT, loopback, link-local, test, multicast, reserved.
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

function refusedList(): BlockList {
  const list = new BlockList();
  for (const [net, prefix, family] of REFUSED) list.addSubnet(net, prefix, family);
  return list;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

export function createAddressGuard() {
  const list = refusedList();
  function isPrivate(address: string): boolean {
    const family = isIP(address);
    if (family === 0) return true;
    const mapped = MAPPED.exec(address)?.[1];
    if (mapped !== undefined) return list.check(mapped, 'ipv4');
    return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }

  type Answer = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
  /** In the place of the system's look-up of a connection: names that lead inside are not found. */
  function lookup(hostname: string, options: LookupOptions, answer: Answer): void {
    systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error, '');
      if (addresses.some(({ address }) => isPrivate(address))) return answer(new PrivateAddress(hostname), '');
      if (options.all === true) return answer(null, addresses);
      const [first] = addresses;
      answer(null, first?.address ?? '', first?.family);
    });
  }
  return { isPrivate, lookup };
}
export type AddressGuard = ReturnType<typeof createAddressGuard>;

export class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';

  constructor(host: string) {
    super(`${host} is an address inside this network; webhooks may reach it only with STETHOS_WEBHOOK_PRIVATE=allow`);
  }
}
