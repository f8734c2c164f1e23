// The calls table. Each change is one guarded statement: no row comes back when the call is not in a state that allows it.
import pg from "pg";

const schema = `
  CREATE TABLE IF NOT EXISTS calls (
    call_id text PRIMARY KEY,
    caller_id text NOT NULL,
    callee_id text NOT NULL,
    media text NOT NULL,
    state text NOT NULL,
    end_reason text,
    ended_by text,
    created_at timestamptz NOT NULL DEFAULT now(),
    ring_until timestamptz NOT NULL,
    answered_at timestamptz,
    ended_at timestamptz
  );
  -- A user calls, and is called, once at a time.
  CREATE UNIQUE INDEX IF NOT EXISTS calls_open_caller ON calls (caller_id) WHERE ended_at IS NULL;
  CREATE UNIQUE INDEX IF NOT EXISTS calls_open_callee ON calls (callee_id) WHERE ended_at IS NULL;
  -- Timers are in memory: nothing would end the calls of the process before this one.
  UPDATE calls SET state = 'ended', ended_at = now(), end_reason = 'lost' WHERE ended_at IS NULL;
`;

const pending = "state IN ('notifying', 'ringing')";

const statements = {
  // The indexes refuse a second call of the same role; NOT EXISTS refuses a user who has a call in the other role.
  insert: `
    INSERT INTO calls (call_id, caller_id, callee_id, media, state, ring_until)
    SELECT $1, $2, $3, $4, 'notifying', now() + make_interval(secs => $5)
    WHERE NOT EXISTS (SELECT FROM calls WHERE ended_at IS NULL AND caller_id = $3)
      AND NOT EXISTS (SELECT FROM calls WHERE ended_at IS NULL AND callee_id = $2)
    ON CONFLICT DO NOTHING RETURNING *`,
  ring: `UPDATE calls SET state = 'ringing' WHERE call_id = $1 AND callee_id = $2 AND state = 'notifying' RETURNING *`,
  accept: `
    UPDATE calls SET state = 'active', answered_at = now()
    WHERE call_id = $1 AND callee_id = $2 AND ${pending} RETURNING *`,
  reject: `
    UPDATE calls SET state = 'ended', ended_at = now(), end_reason = 'rejected', ended_by = $2
    WHERE call_id = $1 AND callee_id = $2 AND ${pending} RETURNING *`,
  end: `
    UPDATE calls SET state = 'ended', ended_at = now(), ended_by = $2,
      end_reason = CASE WHEN state = 'active' THEN 'completed' ELSE 'cancelled' END
    WHERE call_id = $1 AND ended_at IS NULL AND (caller_id = $2 OR (callee_id = $2 AND state = 'active')) RETURNING *`,
  expire: `
    UPDATE calls SET state = 'ended', ended_at = now(), end_reason = 'no_answer'
    WHERE call_id = $1 AND ${pending} RETURNING *`,
  find: `SELECT * FROM calls WHERE call_id = $1 AND $2 IN (caller_id, callee_id)`,
  open: `
    SELECT * FROM calls WHERE ended_at IS NULL AND caller_id = $1
    UNION ALL SELECT * FROM calls WHERE ended_at IS NULL AND callee_id = $1`,
};

function toCall(row) {
  return {
    callId: row.call_id, callerId: row.caller_id, calleeId: row.callee_id, media: row.media, state: row.state,
    endReason: row.end_reason ?? undefined, endedBy: row.ended_by ?? undefined, createdAt: row.created_at,
    ringUntil: row.ring_until, answeredAt: row.answered_at ?? undefined, endedAt: row.ended_at ?? undefined,
  };
}

// Connection settings come from the PG* variables. Named statements are parsed and planned once for each connection.
export async function openStore() {
  const pool = new pg.Pool({ max: 20 });
  pool.on("error", (error) => console.error("Idle PostgreSQL connection failed:", error.message));
  await pool.query(schema);
  const run = (name) => async (...values) => (await pool.query({ name, text: statements[name], values })).rows.map(toCall);
  const one = (name) => async (...values) => (await run(name)(...values))[0];
  return {
    insert: one("insert"), ring: one("ring"), accept: one("accept"), reject: one("reject"), end: one("end"),
    expire: one("expire"), find: one("find"), open: run("open"),
  };
}
