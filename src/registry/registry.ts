// The registry room: master data, devices and their credentials, people and their sessions, and the directory others
// ask who a device is. Puts its stores together; each is a file of its own.
import type { BaseLogger } from 'pino';
import type { Contract, Customer, Engineer, Part, Region, Site, Station } from '../contracts/http/registry.ts';
import type { Clock } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import type { EventLog } from '../db/event-log.ts';
import type { Authority } from './certificates/authority.ts';
import { type Certificates, createCertificates, DEFAULT_CERTIFICATE_DAYS } from './certificates/certificates.ts';
import { renewList } from './certificates/revocation-list.ts';
import { type ContractAmendments, createContractAmendments } from './contract-amendments.ts';
import { contractResource } from './contracts.ts';
import { type Credentials, createCredentials, DEFAULT_OVERLAP_HOURS } from './credentials.ts';
import { customerResource } from './customers.ts';
import { createDevices, type Devices } from './devices.ts';
import { createDirectory, type Directory } from './directory.ts';
import { engineerResource } from './engineers.ts';
import { createIdempotency, type Idempotency } from './idempotency.ts';
import { createImports, type Imports } from './imports.ts';
import { type MasterData, type MasterDataOptions, masterData } from './master-data.ts';
import { partResource } from './parts.ts';
import { createProducts, type Products } from './products.ts';
import type { RandomBytes } from './random.ts';
import { regionResource } from './regions.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { siteResource } from './sites.ts';
import { stationResource } from './stations.ts';
import { createUsers, type Users } from './users.ts';

export interface Registry {
  readonly regions: MasterData<Region>;
  readonly stations: MasterData<Station>;
  readonly customers: MasterData<Customer>;
  readonly sites: MasterData<Site>;
  readonly contracts: MasterData<Contract>;
  readonly contractAmendments: ContractAmendments;
  readonly engineers: MasterData<Engineer>;
  readonly parts: MasterData<Part>;
  readonly products: Products;
  readonly devices: Devices;
  readonly credentials: Credentials;
  readonly certificates: Certificates;
  readonly directory: Directory;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly idempotency: Idempotency;
  readonly imports: Imports;
  close(): Promise<void>;
}

export interface RegistryOptions {
  database: Database;
  /** Brings what other processes change; without it the directory knows only of this one's. */
  eventLog?: EventLog;
  clock: Clock;
  random: RandomBytes;
  log: BaseLogger;
  /** Who vouches for client certificates; absent: there are none. */
  authority?: Authority | null;
  /** How long a token stays good that was replaced, and a certificate that was issued. */
  lifetimes?: { overlapHours: number; certificateDays: number };
}

export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { database, eventLog, clock, random, log, authority = null, lifetimes } = options;
  const directory = createDirectory({ database, eventLog, log });
  await renewList(database, authority, clock.now());
  const sessions = await createSessions({ database, clock, random });
  const overlapHours = lifetimes?.overlapHours ?? DEFAULT_OVERLAP_HOURS;
  const days = lifetimes?.certificateDays ?? DEFAULT_CERTIFICATE_DAYS;
  const credentials = createCredentials({ database, directory, clock, random, overlapHours });
  const certificates = createCertificates({ database, directory, clock, authority, days });
  const shared: MasterDataOptions = { database, clock, onChanged: (noun, code) => directory.refresh(noun, code) };
  return {
    regions: masterData(regionResource, shared),
    stations: masterData(stationResource, shared),
    customers: masterData(customerResource, shared),
    sites: masterData(siteResource, shared),
    contracts: masterData(contractResource, shared),
    contractAmendments: createContractAmendments(shared),
    engineers: masterData(engineerResource, shared),
    parts: masterData(partResource, shared),
    products: createProducts(shared),
    devices: createDevices(shared),
    credentials,
    certificates,
    directory,
    users: createUsers({ database, random, onChanged: () => sessions.forget() }),
    sessions,
    idempotency: createIdempotency({ database, clock }),
    imports: createImports({ database, clock }),
    async close() {
      await Promise.all([credentials.close(), certificates.close()]);
      directory.close();
    },
  };
}
