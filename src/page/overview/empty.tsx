import { AddForm } from '../edit/destination-form.tsx';
import type { Editor } from '../edit/editor.ts';
import { STATE_MEANINGS, STATE_WORDS, StateSign } from './states.tsx';

/** What there is to know before there is anything to see. */
export function Empty({ editor, canEdit }: { editor: Editor; canEdit: boolean }) {
  return (
    <div class="empty">
      <section>
        <h2>Nothing is probed yet</h2>
        <p>
          A <strong>destination</strong> is an address and how to probe it: the protocol (ICMP, TCP or UDP),
          how often, and how long to wait for an answer. pinger probes each on its own schedule and stores
          every result.
        </p>
        {canEdit ? (
          <div class="card">
            <h3>Add the first</h3>
            <AddForm editor={editor} isBrief onDone={() => undefined} />
          </div>
        ) : (
          <p>You may look, but not edit: somebody who may has to add the first.</p>
        )}
      </section>
      <section>
        <h2>Or from elsewhere</h2>
        <p>The table of destinations is the control panel: whatever edits it takes effect within a second.</p>
        <h3>Command line</h3>
        <pre>
          <code>
            {
              'pinger destinations add example.com --interval 5s\npinger destinations add tcp://example.com:443'
            }
          </code>
        </pre>
        <h3>SQL</h3>
        <pre>
          <code>{"INSERT INTO destinations (address, name)\nVALUES ('192.0.2.1', 'office router');"}</code>
        </pre>
        <h2>What you see then</h2>
        <p>A line for each destination, which follows its probes live. Its state is told by sign and word:</p>
        <ul class="meanings">
          {(['up', 'lossy', 'down', 'unsent', 'waiting', 'paused', 'invalid'] as const).map((state) => (
            <li key={state}>
              <StateSign state={state} /> <strong>{STATE_WORDS[state]}</strong> {STATE_MEANINGS[state]}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
