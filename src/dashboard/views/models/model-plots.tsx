// What a model said of devices and lives it had not seen, drawn: probability over time beside the hours before each failure, and
// life told against life left.
import type { VNode } from 'preact';
import type { ModelPlots as Plots } from '../../../contracts/http/models.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { LifePlot } from './life-plot.tsx';
import { TracePlot } from './trace-plot.tsx';

export function ModelPlots({ model }: { model: number }): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const plots = useResource(`plots ${model}`, (signal) => api.get<Plots | null>(`/models/${model}/plots`, {}, signal));
  return (
    <Loaded resource={plots}>
      {(known) =>
        known === null ? (
          <p class="muted">{words.noPlots}</p>
        ) : (
          <>
            <p class="muted">
              {words.plots[known.origin]} · {format.dateTime(known.at)}
            </p>
            {known.traces.length > 0 && <TracePlot traces={known.traces} />}
            {known.lives.length > 0 && <LifePlot lives={known.lives} capHours={known.capHours} />}
          </>
        )
      }
    </Loaded>
  );
}
