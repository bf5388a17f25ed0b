// The resources of master data that are kept by code; devices have a file of their own.
import { Type } from 'typebox';
import { Contract, Customer, Engineer, Part, Region, Site, Station } from '../../contracts/http/registry.ts';
import { Product } from '../../contracts/product.ts';
import type { ApiPorts } from '../ports.ts';
import { masterDataRoutes } from './master-data.ts';
import type { Routes } from './route-types.ts';

export type RegistryPorts = Pick<
  ApiPorts,
  'regions' | 'stations' | 'customers' | 'sites' | 'contracts' | 'engineers' | 'parts' | 'products'
>;

const ProductView = Type.Interface([Product], { revision: Type.Integer() });

/** What may change later: everything but the code. */
const patchOf = <T extends Type.TObject>(schema: T) => Type.Partial(Type.Omit(schema, ['code']));

const simple = <T extends Type.TObject>(name: string, one: string, schema: T) => ({
  name,
  one,
  view: schema,
  create: schema,
  patch: patchOf(schema),
});

export const registryRoutes: Routes<RegistryPorts> = async (app, ports) => {
  await app.register(masterDataRoutes(simple('regions', 'region', Region), ports.regions));
  await app.register(masterDataRoutes(simple('stations', 'station', Station), ports.stations));
  await app.register(masterDataRoutes(simple('customers', 'customer', Customer), ports.customers));
  await app.register(masterDataRoutes(simple('sites', 'site', Site), ports.sites));
  await app.register(masterDataRoutes(simple('contracts', 'contract', Contract), ports.contracts));
  await app.register(masterDataRoutes(simple('engineers', 'engineer', Engineer), ports.engineers));
  await app.register(masterDataRoutes(simple('parts', 'part', Part), ports.parts));
  await app.register(
    masterDataRoutes(
      { name: 'products', one: 'product', view: ProductView, create: Product, patch: patchOf(Product) },
      ports.products,
    ),
  );
};
