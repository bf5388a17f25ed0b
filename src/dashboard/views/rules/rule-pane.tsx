// One rule: its sentence, where it stands, what it would have done, its versions, and who puts which in force.
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Product } from '../../../contracts/product.ts';
import type { Rule, RuleVersion } from '../../../contracts/rules.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { Icon } from '../../components/icon.tsx';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { conditionText } from './condition-words.ts';
import { ReplaySection } from './replay-section.tsx';
import { RuleApproval } from './rule-approval.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { RuleState } from './rule-state.tsx';
import { RuleVersions } from './rule-versions.tsx';

interface RulePaneProps {
  id: number;
  products: readonly Product[];
  onChanged: () => void;
  /** Where closing leads; `null` beside the list. */
  closeHref: string | null;
}

interface Found {
  rule: Rule;
  versions: RuleVersion[];
}

export function RulePane({ id, products, onChanged, closeHref }: RulePaneProps): VNode {
  const { api, rulesVersion } = useApp();
  const [isEditing, setEditing] = useState(false);
  // What is being edited stays what was read: saving over somebody else's change is refused.
  const version = useRef(rulesVersion.value);
  if (!isEditing) version.current = rulesVersion.value;
  const found = useResource<Found>(
    `rule ${id} ${version.current}`,
    async (signal) => {
      const [rule, { items }] = await Promise.all([
        api.get<Rule>(`/rules/${id}`, {}, signal),
        api.get<{ items: RuleVersion[] }>(`/rules/${id}/versions`, {}, signal),
      ]);
      return { rule, versions: items };
    },
    true,
  );
  const changed = (): void => {
    setEditing(false);
    found.reload();
    onChanged();
  };
  if (isEditing && found.value !== null) {
    return (
      <RuleEditor
        products={products}
        rule={newestOf(found.value)}
        onSaved={changed}
        onCancel={() => setEditing(false)}
      />
    );
  }
  return (
    <div class="pane">
      <Loaded resource={found}>
        {(value) => (
          <RuleDetail
            {...value}
            products={products}
            closeHref={closeHref}
            onEdit={() => setEditing(true)}
            onChanged={changed}
          />
        )}
      </Loaded>
    </div>
  );
}

/** A change starts from what was written last, in force or not. */
const newestOf = ({ rule, versions }: Found): Rule => {
  const newest = versions[0];
  return newest === undefined ? rule : { ...rule, ...newest, effectiveFrom: rule.effectiveFrom };
};

interface RuleDetailProps extends Found {
  products: readonly Product[];
  closeHref: string | null;
  onEdit: () => void;
  onChanged: () => void;
}
function RuleDetail({ rule, versions, products, closeHref, onEdit, onChanged }: RuleDetailProps): VNode {
  const { session } = useApp();
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const say = words.rules;
  const product = products.find(({ code }) => code === rule.product);
  const wording = { metrics: product?.metrics ?? [], words, format };
  const severity = words.terms.severity[rule.severity];
  const sentence = say.sentence.whole(severity.toLowerCase(), conditionText(rule.condition, wording));
  return (
    <>
      <header class="pane-head rule-pane-head">
        <div class="line wrap">
          <h2>{format.text(rule.name)}</h2>
          <RuleState rule={rule} />
          <span class="grow" />
          {session.can('rules:write') && (
            <button type="button" class="button" onClick={onEdit}>
              {say.edit}
            </button>
          )}
          {session.can('rules:write') && rule.device === null && (
            <a class="button" href={href('/rules/new', { overrides: String(rule.id) })}>
              {say.override}
            </a>
          )}
        </div>
        {closeHref !== null && (
          <a class="button quiet" href={closeHref} title={say.close}>
            <Icon name="close" />
            <span class="only-readers">{say.close}</span>
          </a>
        )}
      </header>
      <div class="pane-part">
        <p class="reason">{rule.off ? say.switchedOff : sentence}</p>
        <RuleFacts rule={rule} product={product} />
      </div>
      <RuleApproval rule={rule} versions={versions} onChanged={onChanged} />
      {!rule.off && <ReplaySection tried={{ rule: rule.id, version: rule.draft ?? rule.version }} />}
      <RuleVersions versions={versions} wording={wording} />
    </>
  );
}

function RuleFacts({ rule, product }: { rule: Rule; product: Product | undefined }): VNode {
  const words = useWords();
  const format = useFormat();
  const say = words.rules;
  const component = product?.components.find(({ code }) => code === rule.component);
  const { schedule } = rule;
  const days = schedule?.days.map((day) => say.form.day[day as 1]).join(' ');
  return (
    <dl class="facts rule-facts">
      <Fact name={say.form.product} text={product === undefined ? rule.product : format.text(product.name)} />
      <Fact name={say.form.device} text={rule.device ?? say.allDevices} />
      <Fact
        name={say.facts.component}
        text={component === undefined ? say.facts.noComponent : format.text(component.name)}
      />
      <Fact name={say.facts.severity} text={words.terms.severity[rule.severity]} />
      <Fact name={say.facts.pause} text={format.span(rule.refractoryMinutes * 60_000)} />
      <Fact
        name={say.facts.schedule}
        text={schedule === null ? say.facts.always : `${days} ${schedule.from}–${schedule.to} ${schedule.timeZone}`}
      />
      {rule.active && <Fact name={say.facts.since} text={format.dateTime(rule.effectiveFrom)} />}
      <Fact name={say.facts.author} text={rule.author} />
    </dl>
  );
}

const Fact = ({ name, text }: { name: string; text: string }): VNode => (
  <div>
    <dt>{name}</dt>
    <dd>{text}</dd>
  </div>
);
