// The whole page: sign-in while nobody is signed in, else the frame with the screen of the URL. Screens are chunks of
// their own.
import type { ComponentChildren, VNode } from 'preact';
import { ErrorBoundary, lazy, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { useApp, useWords } from './app-context.ts';
import { Empty, Skeleton } from './components/state-views.tsx';
import { Announcer } from './frame/announcer.tsx';
import { ImportBar } from './frame/import-bar.tsx';
import { startOf } from './frame/navigation.ts';
import { Rail } from './frame/rail.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { useScope } from './state/use-scope.ts';
import { SignIn } from './views/sign-in.tsx';

const FleetView = lazy(async () => (await import('./views/fleet/fleet-view.tsx')).FleetView);
const DeviceView = lazy(async () => (await import('./views/device/device-view.tsx')).DeviceView);
const AlertsView = lazy(async () => (await import('./views/alerts/alerts-view.tsx')).AlertsView);
const WorkOrdersView = lazy(async () => (await import('./views/work-orders/work-orders-view.tsx')).WorkOrdersView);
const CostsView = lazy(async () => (await import('./views/costs/costs-view.tsx')).CostsView);
const ContractsView = lazy(async () => (await import('./views/contracts/contracts-view.tsx')).ContractsView);
const ValueView = lazy(async () => (await import('./views/value/value-view.tsx')).ValueView);
const RulesView = lazy(async () => (await import('./views/rules/rules-view.tsx')).RulesView);
const ModelsView = lazy(async () => (await import('./views/models/models-view.tsx')).ModelsView);
const NotificationsView = lazy(
  async () => (await import('./views/notifications/notifications-view.tsx')).NotificationsView,
);
const QualityView = lazy(async () => (await import('./views/quality/quality-view.tsx')).QualityView);
const SystemView = lazy(async () => (await import('./views/system/system-view.tsx')).SystemView);

export function Root(): VNode {
  const { session } = useApp();
  if (session.person.value === null) return <SignIn />;
  return (
    <LocationProvider>
      <Shell />
    </LocationProvider>
  );
}

function Shell(): VNode {
  const words = useWords();
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {words.frame.skip}
      </a>
      <Rail />
      <TopBar />
      <div class="page">
        <ImportBar />
        <main id="content" tabIndex={0}>
          <Guard>
            <Router>
              <Route path="/" component={Start} />
              <Route path="/fleet/:id?" component={FleetView} />
              <Route path="/devices/:id" component={DeviceView} />
              <Route path="/alerts/:id?" component={AlertsView} />
              <Route path="/work-orders/:id?" component={WorkOrdersView} />
              <Route path="/costs" component={CostsView} />
              <Route path="/contracts/:id?" component={ContractsView} />
              <Route path="/value" component={ValueView} />
              <Route path="/rules/:id?" component={RulesView} />
              <Route path="/models/:id?" component={ModelsView} />
              <Route path="/notifications" component={NotificationsView} />
              <Route path="/quality" component={QualityView} />
              <Route path="/system" component={SystemView} />
              <Route default component={Nowhere} />
            </Router>
          </Guard>
        </main>
      </div>
      <Announcer />
    </div>
  );
}

/** A screen that fails to load or to draw leaves the frame standing. */
function Guard({ children }: { children: ComponentChildren }): VNode {
  const words = useWords().frame.state;
  const [hasFailed, setFailed] = useState(false);
  if (hasFailed) {
    return (
      <Empty icon="info" title={words.updateNeeded} isScreen>
        <button type="button" class="button" onClick={() => window.location.reload()}>
          {words.reload}
        </button>
      </Empty>
    );
  }
  return <ErrorBoundary onError={() => setFailed(true)}>{children}</ErrorBoundary>;
}

function Start(): VNode {
  const { session } = useApp();
  const { route } = useLocation();
  const { href } = useScope();
  const role = session.person.value?.role;
  useEffect(() => {
    if (role !== undefined) route(href(startOf(role)), true);
  }, [role]);
  return <Skeleton />;
}

function Nowhere(): VNode {
  const words = useWords().frame.state;
  const { href } = useScope();
  return (
    <Empty icon="info" title={words.notFound} hint={words.notFoundHint} isScreen>
      <a class="button" href={href('/')}>
        {words.toStart}
      </a>
    </Empty>
  );
}
