/** A graph, a table or a number of a dashboard, without its place. */
export interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly type: 'timeseries' | 'stat' | 'table';
  /** What Grafana calls the unit: `percent`, `ms`, `bytes`, `short` … */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** A line that should not be crossed. */
  readonly threshold?: number | undefined;
  /** A new row begins with it. */
  readonly row?: string;
}

/** One query of a panel. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** A dashboard as Grafana's provisioning reads it. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** A metric whose hosts may be picked from; absent where there is nothing to pick. */
  readonly hostsOf?: string;
  readonly panels: readonly Panel[];
}

/** The data source that is provisioned beside the dashboards. */
export const DATA_SOURCE = { type: 'prometheus', uid: 'unde-prometheus' } as const;

const COLUMNS = 3;
const WIDTH = 24 / COLUMNS;
const HEIGHT = 7;

/** Renders a dashboard as JSON of Grafana; a pure function. */
export function dashboardJson({ uid, title, tags, hostsOf, panels }: Dashboard): string {
  const variable = {
    name: 'host',
    type: 'query',
    label: 'host',
    datasource: DATA_SOURCE,
    query: { query: `label_values(${hostsOf}, host)`, refId: 'host' },
    refresh: 2,
    multi: true,
    includeAll: true,
    current: { text: 'All', value: '$__all' },
  };
  return `${JSON.stringify(
    {
      uid,
      title,
      tags,
      editable: false,
      schemaVersion: 39,
      refresh: '15s',
      time: { from: 'now-6h', to: 'now' },
      timezone: 'utc',
      templating: { list: hostsOf === undefined ? [] : [variable] },
      panels: placed(panels),
    },
    undefined,
    1,
  )}\n`;
}

/** Panels side by side, three in a line, under the rows that they begin. */
function placed(panels: readonly Panel[]): unknown[] {
  let line = 0;
  let column = 0;
  let id = 0;
  return panels.flatMap((panel) => {
    const made: unknown[] = [];
    if (panel.row !== undefined) {
      if (column > 0) line += HEIGHT;
      made.push({
        id: ++id,
        type: 'row',
        title: panel.row,
        collapsed: false,
        panels: [],
        gridPos: { x: 0, y: line, w: 24, h: 1 },
      });
      line += 1;
      column = 0;
    }
    made.push({ ...body(panel, ++id), gridPos: { x: column * WIDTH, y: line, w: WIDTH, h: HEIGHT } });
    column = (column + 1) % COLUMNS;
    if (column === 0) line += HEIGHT;
    return made;
  });
}

function body({ title, description, type, unit, queries, threshold }: Panel, id: number): object {
  const instant = type !== 'timeseries';
  return {
    id,
    type,
    title,
    description,
    datasource: DATA_SOURCE,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(type === 'timeseries'
          ? {
              custom: {
                lineWidth: 1,
                fillOpacity: 8,
                showPoints: 'never',
                thresholdsStyle: { mode: threshold === undefined ? 'off' : 'line' },
              },
            }
          : {}),
        thresholds: {
          mode: 'absolute',
          steps: [
            { color: 'green', value: null },
            ...(threshold === undefined ? [] : [{ color: 'red', value: threshold }]),
          ],
        },
      },
      overrides: [],
    },
    options:
      type === 'timeseries'
        ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } }
        : {},
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATA_SOURCE,
      expr,
      legendFormat: legend,
      ...(instant ? { instant: true, range: false, format: type === 'table' ? 'table' : 'time_series' } : {}),
    })),
  };
}
