// A model's state as a word, and the mode of one in force.
import type { VNode } from 'preact';
import type { Model } from '../../../contracts/http/models.ts';
import { useWords } from '../../app-context.ts';

export function ModelStateTag({ model }: { model: Pick<Model, 'state' | 'mode'> }): VNode {
  const words = useWords().models;
  const tone = { active: 'tag is-good', shadow: 'tag is-accent', draft: 'tag', retired: 'tag' }[model.state];
  return (
    <span class="line">
      <span class={tone}>{words.state[model.state]}</span>
      {model.state === 'active' && (
        <span class="tag" title={words.modeHint[model.mode]}>
          {words.mode[model.mode]}
        </span>
      )}
    </span>
  );
}
