/** `/ui`, in development only: every component in every state, for eyes and for tests. */
import { Hono } from "hono";
import type { ComponentChildren, JSX } from "preact";
import { Overlays } from "../../islands/ui/Overlays.tsx";
import { Tables } from "../../islands/ui/Tables.tsx";
import { Trees } from "../../islands/ui/Trees.tsx";
import { Badge, Chip, Kbd, type Tone } from "../../lib/ui/badge.tsx";
import { Button, IconButton } from "../../lib/ui/button.tsx";
import { Card, CardSection, Disclosure } from "../../lib/ui/card.tsx";
import { Checkbox, Field, Input, Select, Textarea } from "../../lib/ui/field.tsx";
import { Icon, iconNames } from "../../lib/ui/icons.tsx";
import { Island } from "../../lib/ui/island.tsx";
import { Meter, Progress } from "../../lib/ui/meter.tsx";
import { Empty, ErrorState, Notice, Skeleton, Spinner } from "../../lib/ui/states.tsx";
import { StatusDot, statusLabel, statusNames } from "../../lib/ui/status.tsx";
import { Tooltip } from "../../lib/ui/tooltip.tsx";
import { PageBar, renderPage } from "./_layout.tsx";

const tones: readonly Tone[] = ["neutral", "accent", "ok", "warn", "bad", "pause"];
const longText =
  "Compare_three_append-only_log_designs_on_an_ordered_key-value_store_without_a_single_space_to_break_at";

export function uiRoutes(): Hono {
  const routes = new Hono();
  routes.get("/ui", () =>
    renderPage({
      title: "Components",
      description: "Every component of the console in every state.",
      path: "/ui",
      dev: true,
      body: (
        <>
          <PageBar title="Components" actions={<Badge>development</Badge>} />
          <main id="main" class="gallery" tabIndex={-1}>
            <Gallery />
          </main>
        </>
      ),
    }));
  return routes;
}

function Gallery(): JSX.Element {
  return (
    <>
      <Section title="Buttons">
        <Buttons />
      </Section>
      <Section title="Marks and states">
        <Marks />
      </Section>
      <Section title="Fields">
        <Fields />
      </Section>
      <Section title="Cards and meters">
        <Cards />
      </Section>
      <Section title="Overlays and tabs">
        <Island name="ui/Overlays" component={Overlays} props={{}} load="now" />
      </Section>
      <Section title="Tree">
        <Island name="ui/Trees" component={Trees} props={{ rows: 10_000 }} load="visible" />
      </Section>
      <Section title="Tables">
        <Island name="ui/Tables" component={Tables} props={{}} load="visible" />
      </Section>
      <Section title="Empty, error, loading">
        <States />
      </Section>
      <Section title="Right to left">
        <RightToLeft />
      </Section>
      <Section title="Icons">
        <Icons />
      </Section>
    </>
  );
}

function Section({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="gallery-section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Specimen(
  { title, children }: { title: string; children: ComponentChildren },
): JSX.Element {
  return (
    <div class="specimen">
      <h3>{title}</h3>
      <div class="specimen-row">{children}</div>
    </div>
  );
}

function Buttons(): JSX.Element {
  const variants = ["default", "primary", "quiet", "danger"] as const;
  return (
    <div class="specimens">
      <Specimen title="Variants">
        {variants.map((variant) => <Button key={variant} variant={variant}>{variant}</Button>)}
      </Specimen>
      <Specimen title="Small">
        {variants.map((variant) => (
          <Button key={variant} variant={variant} size="s">{variant}</Button>
        ))}
      </Specimen>
      <Specimen title="With icon, with key, as a link">
        <Button icon="pause">Pause</Button>
        <Button variant="primary">
          Approve <Kbd>A</Kbd>
        </Button>
        <Button href="#main" icon="external">Open</Button>
      </Specimen>
      <Specimen title="Disabled and busy">
        {variants.map((variant) => (
          <Button key={variant} variant={variant} disabled>{variant}</Button>
        ))}
        <Button busy>Saving</Button>
        <Button variant="primary" busy>Sending</Button>
      </Specimen>
      <Specimen title="Icon buttons, tooltip">
        <IconButton icon="edit" label="Edit covenant" />
        <IconButton icon="retry" label="Retry step" variant="default" />
        <IconButton icon="close" label="Close" size="s" />
        <IconButton icon="trash" label="Delete" variant="danger" />
        <IconButton icon="send" label="Send" variant="primary" />
        <IconButton icon="copy" label="Copying" busy />
        <IconButton icon="more" label="More" disabled />
        <Tooltip text="A hint of more than a few words shows like this">
          <Button size="s">Hover or focus</Button>
        </Tooltip>
      </Specimen>
      <Specimen title="Long text">
        <div class="specimen-narrow">
          <Button class="btn-fit">{longText}</Button>
        </div>
      </Specimen>
    </div>
  );
}

function Marks(): JSX.Element {
  return (
    <div class="specimens">
      <Specimen title="Status: shape and colour">
        {statusNames.map((status) => (
          <span key={status} class="status-line">
            <StatusDot status={status} labelled={false} />
            {statusLabel(status)}
          </span>
        ))}
      </Specimen>
      <Specimen title="Badges">
        {tones.map((tone) => <Badge key={tone} tone={tone}>{tone}</Badge>)}
      </Specimen>
      <Specimen title="Chips">
        {tones.map((tone) => <Chip key={tone} tone={tone}>{tone}</Chip>)}
        <Chip icon="coin">Budget $0.05</Chip>
      </Specimen>
      <Specimen title="Keys">
        <Kbd>Ctrl K</Kbd>
        <Kbd>Enter</Kbd>
        <Kbd>?</Kbd>
      </Specimen>
    </div>
  );
}

function Fields(): JSX.Element {
  const modes = [
    { value: "strict", label: "Strict: ask before anything" },
    { value: "auto", label: "Auto" },
    { value: "dry", label: "Dry run", disabled: true },
  ];
  return (
    <div class="specimens">
      <div class="specimen">
        <Field label="Intent" hint="What you want, in a sentence or a page" required>
          {(control) => <Input {...control} name="intent" placeholder="Compare three ways to …" />}
        </Field>
        <Field label="Budget" error="Budget must be between $0 and $1 000, “-3” is below">
          {(control) => <Input {...control} name="budget" value="-3" />}
        </Field>
        <Field label="Mode">
          {(control) => <Select {...control} name="mode" options={modes} value="auto" />}
        </Field>
      </div>
      <div class="specimen">
        <Field label="Scope">
          {(control) => (
            <Textarea {...control} name="scope" grow>
              {`Only published pages\nNo writes`}
            </Textarea>
          )}
        </Field>
        <Field label="Disabled">
          {(control) => <Input {...control} value="Set by the covenant" disabled />}
        </Field>
        <Field label="Read only">
          {(control) => <Input {...control} value="run_01JABCDEFGHJKMNPQRSTVWXYZ0" readOnly />}
        </Field>
        <Checkbox label="Ask me when a step wants to fetch from a host that is not on the list" />
        <Checkbox label="Checked" checked />
        <Checkbox label="Disabled" disabled />
      </div>
    </div>
  );
}

function Cards(): JSX.Element {
  return (
    <div class="specimens">
      <Card
        title="Covenant"
        aside={<Badge tone="accent">Active</Badge>}
        actions={<IconButton icon="edit" label="Edit covenant" />}
        level={3}
      >
        <CardSection class="quiet">
          Compare three append-only log designs on an ordered key-value store; recommend one for
          many tenants.
        </CardSection>
        <CardSection class="meter-grid">
          <Meter label="Cost" value={12_100} max={50_000} text="$0.0121 / 0.05" />
          <Meter label="Time" value={52} max={60} text="52 / 60 s" />
          <Meter label="Quality" value={8.2} max={8} kind="goal" text="8.2 / 8" />
          <Meter label="Steps" value={261} max={256} text="261 / 256" />
        </CardSection>
        <CardSection>
          <strong>Delegated.</strong>{" "}
          Complexity 0.74: comparison, three parts, recommendation asked.
        </CardSection>
      </Card>
      <Card
        title="Executor wants to fetch two pages"
        aside={<Badge tone="warn">read · 2 hosts</Badge>}
        tone="warn"
        level={3}
      >
        <CardSection class="stack">
          <p class="quiet">Not on the allow-list. Expires in 9 min, then skipped.</p>
          <div class="specimen-row">
            <Button variant="primary">Approve</Button>
            <Button>Edit</Button>
            <Button>Reject</Button>
          </div>
        </CardSection>
      </Card>
      <div class="specimen">
        <h3>Progress</h3>
        <Progress label="Indexing" percent={62} />
        <Progress label="Connecting" />
      </div>
      <div class="specimen">
        <h3>Disclosure</h3>
        <Disclosure summary="Thoughts">The stamp is only known after the commit.</Disclosure>
        <Disclosure summary="Actions" open>
          <p>Reserved $0.0080 of the covenant</p>
          <p>{longText}</p>
        </Disclosure>
      </div>
    </div>
  );
}

function States(): JSX.Element {
  return (
    <div class="specimens">
      <div class="specimen">
        <Empty icon="chat" title="No sessions yet" actions={<Button>Start one</Button>}>
          What you ask appears here, with what it cost and why.
        </Empty>
      </div>
      <div class="specimen">
        <ErrorState
          title="The run could not be loaded"
          code="req_01JABCDEFGHJKMNPQRSTVWXYZ0"
          actions={<Button icon="retry">Try again</Button>}
        >
          The server answered “unavailable”. Nothing was lost.
        </ErrorState>
      </div>
      <div class="specimen">
        <h3>Loading</h3>
        <Skeleton label="Loading the message" />
        <Skeleton label="Loading the steps" shape="rows" lines={4} />
        <Skeleton label="Loading the chart" shape="block" />
        <Spinner label="Working" />
      </div>
      <div class="specimen stack">
        <h3>Notices</h3>
        <Notice tone="warn" actions={<Button size="s">Now</Button>}>
          Connection lost, trying again in 4 s
        </Notice>
        <Notice tone="accent">Answers come from the built-in demonstration model</Notice>
        <Notice tone="bad">Offline: what you write is sent when the connection is back</Notice>
        <Notice tone="ok">Back online, nothing was missed</Notice>
      </div>
    </div>
  );
}

function RightToLeft(): JSX.Element {
  return (
    <div class="specimens" dir="rtl" lang="ar">
      <div class="specimen">
        <Field label="الطلب" hint="اكتب ما تريد" error="هذا الحقل مطلوب">
          {(control) => <Input {...control} placeholder="قارن بين ثلاث طرق" />}
        </Field>
        <div class="specimen-row">
          <Button icon="send" variant="primary">إرسال</Button>
          <Chip icon="clock">قيد التشغيل</Chip>
          <Badge tone="ok">مكتمل</Badge>
        </div>
        <Disclosure summary="التفاصيل" open>يُعرف الختم بعد الالتزام فقط.</Disclosure>
      </div>
      <div class="specimen">
        <Meter label="التكلفة" value={30} max={100} text="30 / 100" />
        <Notice tone="warn">انقطع الاتصال</Notice>
      </div>
    </div>
  );
}

function Icons(): JSX.Element {
  return (
    <ul class="icon-grid">
      {iconNames.map((name) => (
        <li key={name}>
          <Icon name={name} />
          <span>{name}</span>
        </li>
      ))}
    </ul>
  );
}
