import { expect } from "chai";
import { CloudControlError, meaningOf } from "../../../provider/core/errors";
import { change, remove, type Change, type ChangeFacts } from "../../../provider/operations";
import { CallError, type CloudControl, type ProgressEvent } from "../../../provider/ports";
import { persist } from "../../../provider/retry";
import { pollDelay, waitForEnd } from "../../../provider/waiting";
import { VirtualClock } from "../../support/clock";

const SECOND = 1000;
const event = (status: ProgressEvent["status"], more: Partial<ProgressEvent> = {}): ProgressEvent => ({
  requestToken: "request-1",
  status,
  ...more,
});
const exception = (code: string, message = "said AWS"): CallError => new CallError(code, message, { cause: undefined });

/** Cloud Control as a list of answers, for rules about order and count; behaviour is proved against the emulator. */
function scripted(calls: string[], answers: Partial<CloudControl>): CloudControl {
  const unexpected = async (name: string): Promise<never> => Promise.reject(new Error(`unexpected ${name}`));
  const made: CloudControl = {
    create: async () => unexpected("create"),
    update: async () => unexpected("update"),
    delete: async () => unexpected("delete"),
    get: async () => unexpected("get"),
    status: async () => unexpected("status"),
    cancel: async () => unexpected("cancel"),
    underWay: async () => unexpected("underWay"),
    list: async () => unexpected("list"),
    ...answers,
  };
  return new Proxy(made, {
    get:
      (target, name: keyof CloudControl) =>
      (...args: never[]): unknown => {
        calls.push(name);
        return (target[name] as (...given: never[]) => unknown)(...args);
      },
  });
}

/** Gives the answers one after the other; the last one for ever. */
function series<T>(...answers: (T | Error)[]): () => Promise<T> {
  let at = 0;
  return async () => {
    const answer = answers[Math.min(at++, answers.length - 1)] as T | Error;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
}

describe("polling, which does not prove how AWS times its events", () => {
  it("never asks before AWS's RetryAfter", () => {
    const clock = new VirtualClock();
    expect(pollDelay(clock, 60 * SECOND, clock.now() + 7 * SECOND)).to.equal(7 * SECOND);
  });

  it("without RetryAfter waits an eighth of the time waited so far, between half a second and ten", () => {
    const clock = new VirtualClock();
    const delays = [0, 2, 8, 40, 79, 200].map((waited) => pollDelay(clock, waited * SECOND, undefined) / SECOND);
    expect(delays).to.deep.equal([0.5, 0.5, 1, 5, 9.875, 10]);
  });

  it("asks for the end of a handler of six seconds at most an eighth later", async () => {
    const clock = new VirtualClock();
    const began = clock.now();
    const done = (): boolean => clock.now() - began >= 6 * SECOND;
    const cloud = scripted([], { status: async () => Promise.resolve(event(done() ? "SUCCESS" : "IN_PROGRESS")) });
    await waitForEnd(clock, cloud, event("IN_PROGRESS"), clock.now() + 900 * SECOND);
    expect(clock.now() - began).to.be.within(6 * SECOND, 6.75 * SECOND);
  });

  it("repeats a status call that fails, alone", async () => {
    const calls: string[] = [];
    const status = series<ProgressEvent>(exception("ThrottlingException"), exception("NoAnswer"), event("SUCCESS"));
    const ended = await waitForEnd(new VirtualClock(), scripted(calls, { status }), event("PENDING"), Infinity);
    expect(ended.status).to.equal("SUCCESS");
    expect(calls).to.deep.equal(["status", "status", "status"]);
  });

  it("repeats no call that AWS refused for good", async () => {
    let tries = 0;
    const refused = persist(new VirtualClock(), async () => {
      tries += 1;
      return Promise.reject(exception("AccessDeniedException"));
    });
    expect(await refused.catch((error: unknown) => (error as CallError).code)).to.equal("AccessDeniedException");
    expect(tries).to.equal(1);
  });
});

describe("changes", () => {
  const clock = (): VirtualClock => new VirtualClock();
  const facts: ChangeFacts = {
    operation: "Create",
    typeName: "AWS::ApiGateway::Stage",
    subject: "a1|prod",
    deadline: Number.MAX_SAFE_INTEGER,
  };
  const sending = (tokens: string[], send: () => Promise<ProgressEvent>): Change => ({
    prepare: async () =>
      Promise.resolve(async (token: string) => {
        tokens.push(token);
        return send();
      }),
    accepted: () => undefined,
    mayRepeat: async () => Promise.resolve(true),
  });
  const failure = async (run: Promise<unknown>): Promise<CloudControlError> =>
    run.then(
      () => Promise.reject(new Error("expected a failure")),
      (error: unknown) => error as CloudControlError,
    );

  it("keep their client token over lost answers and throttling", async () => {
    const tokens: string[] = [];
    const send = series<ProgressEvent>(exception("NoAnswer"), exception("ThrottlingException"), event("SUCCESS"));
    await change(clock(), scripted([], {}), facts, sending(tokens, send));
    expect(tokens).to.deep.equal(["token-1", "token-1", "token-1"]);
  });

  for (const code of ["Throttling", "ResourceConflict", "ServiceInternalError", "NetworkFailure"]) {
    it(`are repeated with a new token after a handler failed with ${code}`, async () => {
      const tokens: string[] = [];
      const failed = event("FAILED", { errorCode: code });
      const cloud = scripted([], { status: series(failed) });
      await change(clock(), cloud, facts, sending(tokens, series(failed, event("SUCCESS"))));
      expect(tokens).to.deep.equal(["token-1", "token-2"]);
    });
  }

  for (const code of [
    "InvalidRequest",
    "AlreadyExists",
    "NotStabilized",
    "ServiceTimeout",
    "GeneralServiceException",
  ]) {
    it(`are not repeated after a handler failed with ${code}`, async () => {
      const tokens: string[] = [];
      const failed = event("FAILED", { errorCode: code, message: "Stage already exists" });
      const error = await failure(
        change(clock(), scripted([], { status: series(failed) }), facts, sending(tokens, series(failed))),
      );
      expect(tokens).to.deep.equal(["token-1"]);
      const { cause, fix } = meaningOf(code);
      expect(error.message).to.equal(
        `Create of AWS::ApiGateway::Stage "a1|prod" failed with ${code}: Stage already exists. ${cause} Fix: ${fix}. (request token request-1)`,
      );
    });
  }

  it("that somebody cancelled have failed", async () => {
    const error = await failure(
      change(
        clock(),
        scripted([], { status: series(event("CANCEL_COMPLETE")) }),
        facts,
        sending([], series(event("PENDING"))),
      ),
    );
    expect(error.code).to.equal("CancelComplete");
  });

  it("name the hooks that failed", async () => {
    const failed = event("FAILED", { errorCode: "InvalidRequest", hooks: ["Corp::Tags::Hook: cost centre missing"] });
    const error = await failure(
      change(clock(), scripted([], { status: series(failed) }), facts, sending([], series(event("IN_PROGRESS")))),
    );
    expect(error.message).to.include("Failed hook: Corp::Tags::Hook: cost centre missing.");
  });

  it("wait for the operation in the way by its own token, then plan anew", async () => {
    const calls: string[] = [];
    const asked: string[] = [];
    const busy = exception(
      "ConcurrentOperationException",
      "in progress with RequestToken 11112222-3333-4444-5555-666677778888",
    );
    const cloud = scripted(calls, {
      status: async (token) => {
        asked.push(token);
        return Promise.resolve(event("SUCCESS"));
      },
    });
    let plans = 0;
    const send = series<ProgressEvent>(busy, event("SUCCESS"));
    await change(clock(), cloud, facts, {
      ...sending([], send),
      prepare: async () => {
        plans += 1;
        return Promise.resolve(send);
      },
    });
    expect(asked).to.deep.equal(["11112222-3333-4444-5555-666677778888"]);
    expect(plans).to.equal(2);
  });

  it("wait for the operation in the way for as long as it takes, also where AWS does not name its token", async () => {
    const time = clock();
    const began = time.now();
    const busy = exception("ConcurrentOperationException", "another operation is in progress");
    const until = began + 200 * SECOND;
    const sent: string[] = [];
    const send = async (): Promise<ProgressEvent> =>
      time.now() < until ? Promise.reject(busy) : Promise.resolve(event("SUCCESS"));
    const cloud = scripted([], { status: series<ProgressEvent>(exception("RequestTokenNotFoundException")) });
    await change(time, cloud, { ...facts, deadline: began + 900 * SECOND }, sending(sent, send));
    expect(time.now() - until).to.be.within(0, 10 * SECOND);

    const never = sending([], series<ProgressEvent>(busy));
    const end = time.now() + 60 * SECOND;
    const error = await failure(change(time, cloud, { ...facts, deadline: end }, never));
    expect(error.code).to.equal("ConcurrentOperationException");
    expect(time.now() - end).to.be.within(0, SECOND);
  });

  it("of what cannot change keep their token while the operation in the way may be their own", async () => {
    const token = "11112222-3333-4444-5555-666677778888";
    const busy = exception("ConcurrentOperationException", `in progress with RequestToken ${token}`);
    const sent: string[] = [];
    const send = series<ProgressEvent>(exception("NoAnswer"), busy, event("SUCCESS"));
    const cloud = scripted([], { status: series(event("SUCCESS")) });
    await change(clock(), cloud, facts, { ...sending(sent, send), isFixed: true });
    expect(sent).to.deep.equal(["token-1", "token-1", "token-1"]);
  });

  it("are cancelled at their deadline and say so, with the request token", async () => {
    const calls: string[] = [];
    const time = clock();
    const cloud = scripted(calls, {
      status: series(event("IN_PROGRESS")),
      cancel: series(event("CANCEL_COMPLETE")),
    });
    const late = { ...facts, deadline: time.now() + 20 * SECOND };
    const error = await failure(change(time, cloud, late, sending([], series(event("IN_PROGRESS")))));
    expect(calls.at(-1)).to.equal("cancel");
    expect(error.code).to.equal("Timeout");
    expect(error.message).to.include("(request token request-1)");
    expect(time.now()).to.equal(late.deadline);
  });

  for (const answer of [exception("ResourceNotFoundException"), event("FAILED", { errorCode: "NotFound" })]) {
    it(`that delete what is gone have succeeded (${answer instanceof Error ? "an exception" : "an event"})`, async () => {
      const cloud = scripted([], {
        delete: series<ProgressEvent>(answer),
        ...(answer instanceof Error ? {} : { status: series(answer) }),
      });
      await remove(clock(), cloud, { ...facts, operation: "Delete" });
    });
  }

  it("that delete never take a missing permission for gone", async () => {
    const cloud = scripted([], { delete: series<ProgressEvent>(exception("AccessDeniedException")) });
    const error = await failure(remove(clock(), cloud, { ...facts, operation: "Delete" }));
    expect(error.code).to.equal("AccessDeniedException");
  });
});
