// Remote commands on the page of a device: choosing one and the history, live.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CommandDefinition } from '../../../contracts/command-catalogue.ts';
import type { Device } from '../../../contracts/http/devices.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { Menu, MenuChoice } from '../../components/menu.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Loaded, Skeleton } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { CommandEntry } from './command-entry.tsx';
import { CommandForm } from './command-form.tsx';
import { useCommands } from './use-commands.ts';

export function CommandsSection({ device, product }: { device: Device; product: Product | null }): VNode {
  const { api } = useApp();
  const words = useWords().commands;
  const commands = useCommands(device.id);
  const catalogue = useResource(`command catalogue ${device.id}`, (signal) =>
    api.get<CommandDefinition[]>(`/devices/${device.id}/command-catalogue`, {}, signal),
  );
  const [chosen, setChosen] = useState<CommandDefinition | null>(null);
  const definitions = new Map(catalogue.value?.map((definition) => [definition.code, definition]));
  return (
    <section class="section commands" aria-label={words.title}>
      <header class="section-head">
        <h2>{words.title}</h2>
        <span class="grow" />
        <CommandMenu definitions={catalogue.value ?? []} onChoose={setChosen} />
      </header>
      {chosen !== null && (
        <CommandForm
          key={chosen.code}
          device={device}
          definition={chosen}
          onSent={commands.patch}
          onClose={() => setChosen(null)}
        />
      )}
      <Loaded
        resource={commands}
        skeleton={
          <div class="section-body">
            <Skeleton rows={3} />
          </div>
        }
      >
        {(history) =>
          history.length === 0 ? (
            <p class="section-body muted">{words.empty}</p>
          ) : (
            <ol class="command-list">
              {history.map((command) => (
                <CommandEntry
                  key={command.request}
                  command={command}
                  definition={definitions.get(command.name)}
                  product={product}
                  onChanged={commands.patch}
                />
              ))}
            </ol>
          )
        }
      </Loaded>
      <MoreRows pages={commands} />
    </section>
  );
}

interface MenuProps {
  definitions: readonly CommandDefinition[];
  onChoose: (definition: CommandDefinition) => void;
}

function CommandMenu({ definitions, onChoose }: MenuProps): VNode | null {
  const { session } = useApp();
  const words = useWords().commands;
  const format = useFormat();
  const role = session.person.value?.role;
  const offered = session.can('commands:write') ? definitions.filter(({ roles }) => role && roles.includes(role)) : [];
  if (offered.length === 0) return null;
  return (
    <Menu
      label={words.ask}
      className="button"
      align="end"
      button={
        <>
          <Icon name="send" size={14} /> {words.ask}
        </>
      }
    >
      {(close) =>
        offered.map((definition) => (
          <MenuChoice
            key={definition.code}
            onChoose={() => {
              onChoose(definition);
              close();
            }}
          >
            <span class="command-choice">
              <span>{format.text(definition.name)}</span>
              <span class="muted">{format.text(definition.description)}</span>
            </span>
          </MenuChoice>
        ))
      }
    </Menu>
  );
}
