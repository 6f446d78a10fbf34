import {
  CancelResourceRequestCommand,
  CloudControlServiceException,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
} from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";

import { describeRecordings } from "../support/fixtures";
import { openBench, type Bench } from "./bench";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Recorded = Record<string, Json>;

const TypeName = "AWS::S3::Bucket";
const missing = "AWS::LocalStack::DoesNotExist";

/** Turns an SDK answer into the form of the recordings: boto3's, with times and JSON texts normalised. */
function recorded(output: { $metadata: { httpStatusCode?: number | undefined } } & object): Json {
  const { $metadata, ...rest } = output;
  const body = JSON.parse(JSON.stringify(rest), (key, value: Json) => {
    if (key === "EventTime" || key === "RetryAfter") return "datetime";
    return key === "Properties" && typeof value === "string" ? (JSON.parse(value) as Json) : value;
  }) as Record<string, Json>;
  return { ...body, ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: $metadata.httpStatusCode ?? 0 } };
}

/** Paginated and filtered answers were recorded without the metadata of their calls. */
function bare(answer: Json): Json {
  const members = Object.entries(answer as Recorded);
  return Object.fromEntries(members.filter(([name]) => name !== "ResponseMetadata"));
}

/** Only the service's modelled exceptions show their message as a member of their own. */
function recordedError(error: unknown): Json {
  if (!(error instanceof CloudControlServiceException)) throw error;
  const modelled = Object.getPrototypeOf(error) !== CloudControlServiceException.prototype;
  const message = error.message.replace(/RequestToken: [0-9a-f-]{36}/, "RequestToken: uuid");
  return {
    Error: { Code: error.name, Message: message },
    ...(modelled ? { Message: message } : {}),
    ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: error.$metadata.httpStatusCode ?? 0 },
  };
}

/** Gives both sides the same names: each placeholder is bound to the first value it meets, and keeps it. */
class Names {
  private readonly bound = new Map<string, string>([
    ["<region>", "us-east-1"],
    ["<partition>", "aws"],
  ]);

  match(want: Json, got: Json | undefined, at: string): void {
    if (typeof want === "string" && typeof got === "string") {
      this.matchText(want, got, at);
    } else if (Array.isArray(want) && Array.isArray(got)) {
      expect(got.length, at).to.equal(want.length);
      want.forEach((item, i) => {
        this.match(item, got[i], `${at}[${i}]`);
      });
    } else if (isObject(want) && isObject(got)) {
      expect(Object.keys(got).sort(), at).to.deep.equal(Object.keys(want).sort());
      for (const [key, value] of Object.entries(want)) this.match(value, got[key], `${at}.${key}`);
    } else expect(got, at).to.deep.equal(want);
  }

  private matchText(want: string, got: string, at: string): void {
    // The recording's transformer cut the closing bracket off one placeholder.
    const pieces = want.replace("<client-token ", "<client-token> ").split(/(<[a-z-]+(?::\d+)?>)/);
    const fresh: string[] = [];
    const pattern = pieces.map((piece, i) => {
      if (i % 2 === 0) return escape(piece);
      const known = this.bound.get(piece);
      if (known !== undefined) return escape(known);
      if (fresh.includes(piece)) return `\\${fresh.indexOf(piece) + 1}`;
      fresh.push(piece);
      return "([^ ]+?)";
    });
    const found = new RegExp(`^${pattern.join("")}$`).exec(got);
    expect(found, `${at}: ${want} against ${got}`).not.to.be.null;
    fresh.forEach((name, i) => this.bound.set(name, found![i + 1]!));
  }
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Does not prove: timing, and whatever the recordings blank out (headers, ids). */
describeRecordings("Recorded Cloud Control calls on AWS::S3::Bucket", (fixtures) => {
  const file = fixtures.read("localstack/test_cloudcontrol_api.snapshot.json") as Record<
    string,
    { "recorded-content": Recorded }
  >;
  let bench: Bench;
  let done: string[];
  let number = 0;

  before(async () => {
    bench = await openBench();
    done = [];
  });
  after(() => bench.close());

  /** Compares answers, by their names, with those of one recorded case; none may be left over. */
  function same(title: string, answers: Recorded): void {
    const name = Object.keys(file).find((key) => key.endsWith(`::${title}`))!;
    const want = file[name]!["recorded-content"];
    expect(Object.keys(answers).sort()).to.deep.equal(Object.keys(want).sort());
    const names = new Names();
    for (const [key, value] of Object.entries(want)) names.match(value, answers[key], key);
    done.push(name);
  }

  function bucket(): string {
    return `recorded-bucket-${++number}`;
  }
  const state = (model: object): string => JSON.stringify(model);
  const create = async (DesiredState: string, more: { ClientToken?: string } = {}): Promise<[Json, string]> => {
    const answer = await bench.client.send(new CreateResourceCommand({ TypeName, DesiredState, ...more }));
    return [recorded(answer), answer.ProgressEvent!.RequestToken!];
  };
  const status = async (RequestToken: string): Promise<Json> =>
    recorded(await bench.client.send(new GetResourceRequestStatusCommand({ RequestToken })));
  const cancel = async (RequestToken: string): Promise<Json> =>
    recorded(await bench.client.send(new CancelResourceRequestCommand({ RequestToken })));
  const fails = async (call: Promise<unknown>): Promise<Json> => {
    try {
      await call;
    } catch (error) {
      return recordedError(error);
    }
    throw new Error("the call was not refused");
  };

  it("test_lifecycle: a bucket is created, read, deleted, and then not found", async () => {
    const BucketName = bucket();
    const [created, token] = await create(state({ BucketName }));
    bench.settle();
    const getStatus = await status(token);
    const read = new GetResourceCommand({ TypeName, Identifier: BucketName });
    const got = recorded(await bench.client.send(read));
    const deleted = await bench.client.send(new DeleteResourceCommand({ TypeName, Identifier: BucketName }));
    bench.settle();
    same("TestCloudControlResourceApi::test_lifecycle", {
      create_response: created,
      get_status_response: getStatus,
      get_response: got,
      delete_response: recorded(deleted),
      get_request_status_response_postdelete: await status(deleted.ProgressEvent!.RequestToken!),
      res_not_found_exc: await fails(bench.client.send(read)),
    });
  });

  it("test_api_exceptions: an unknown type is refused before anything else; a delete of a missing resource is accepted", async () => {
    const Identifier = bucket();
    const { client } = bench;
    const update = (PatchDocument: string) =>
      client.send(new UpdateResourceCommand({ TypeName: missing, Identifier, PatchDocument }));
    same("TestCloudControlResourceApi::test_api_exceptions", {
      create_nonexistingtype: await fails(
        client.send(new CreateResourceCommand({ TypeName: missing, DesiredState: "{}" })),
      ),
      delete_nonexistingtype: await fails(client.send(new DeleteResourceCommand({ TypeName: missing, Identifier }))),
      delete_nonexistingresource: recorded(await client.send(new DeleteResourceCommand({ TypeName, Identifier }))),
      get_nonexistingtype: await fails(client.send(new GetResourceCommand({ TypeName: missing, Identifier }))),
      update_nonexistingtype: await fails(update("[]")),
      update_invalidpatchdocument: await fails(update("this is no patch")),
      list_nonexistingtype: await fails(client.send(new ListResourcesCommand({ TypeName: missing }))),
    });
  });

  it("test_list_resources: a list is paged, and its items carry the identifier only", async () => {
    const own = await openBench();
    const ids = [await own.created(TypeName, {}), await own.created(TypeName, {}), await own.created(TypeName, {})];
    const all = [];
    let NextToken: string | undefined;
    do {
      const input = { TypeName, MaxResults: 1, ...(NextToken ? { NextToken } : {}) };
      const answer = await own.client.send(new ListResourcesCommand(input));
      all.push(...answer.ResourceDescriptions!);
      NextToken = answer.NextToken;
    } while (NextToken);
    const filtered = all.filter((d) => d.Identifier !== ids[2]);
    const page = bare(recorded({ $metadata: {}, ...{ ResourceDescriptions: filtered, TypeName } }));
    same("TestCloudControlResourceApi::test_list_resources", {
      list_paginated_all_filtered: page,
      list_typenotfound_exc: await fails(
        own.client.send(new ListResourcesCommand({ TypeName: "AWS::DoesNot::Exist" })),
      ),
    });
    await own.close();
  });

  it("test_double_create_with_client_token: a client token that is used for another create is refused", async () => {
    const ClientToken = "recorded-client-token";
    const [created] = await create(state({ BucketName: bucket() }), { ClientToken });
    same("TestCloudControlResourceApi::test_double_create_with_client_token", {
      create_response: created,
      create_response_duplicate_exc: await fails(create(state({ BucketName: bucket() }), { ClientToken })),
    });
  });

  it("test_create_exceptions: a duplicate fails in its handler, an empty model gets a name, an unknown property is refused", async () => {
    const BucketName = bucket();
    const [created] = await create(state({ BucketName }));
    bench.settle();
    const [duplicate, second] = await create(state({ BucketName }));
    bench.settle();
    const [unnamed, third] = await create("{}");
    bench.settle();
    same("TestCloudControlResourceApi::test_create_exceptions", {
      create_response: created,
      create_duplicate_response: duplicate,
      duplicate_post_wait_response: await status(second),
      create_missingproperty_response: unnamed,
      missing_post_wait_response: await status(third),
      create_extra_property_exc: await fails(create(state({ BucketName: bucket(), BucketSomething: "x" }))),
    });
  });

  it("test_create_invalid_desiredstate: an invalid desired state is refused at once, in the validator's words", async () => {
    same("TestCloudControlResourceApi::test_create_invalid_desiredstate", {
      create_invalid_state_exc_invalid_field: await fails(create(state({ DOESNOTEXIST: "invalidvalue" }))),
      create_invalid_state_exc_invalid_type: await fails(create(state({ BucketName: true }))),
    });
  });

  it("test_update: a create-only property cannot be patched", async () => {
    const BucketName = bucket();
    await bench.created(TypeName, { BucketName });
    const PatchDocument = state([{ op: "replace", path: "/BucketName", value: bucket() }]);
    const update = new UpdateResourceCommand({ TypeName, Identifier: BucketName, PatchDocument });
    same("TestCloudControlResourceApi::test_update", {
      update_createonlyproperty_exc: await fails(bench.client.send(update)),
    });
  });

  it("test_invalid_request_token_exc: an unknown request token is refused", async () => {
    same("TestCloudControlResourceRequestApi::test_invalid_request_token_exc", {
      get_token_not_found: await fails(status("DOESNOTEXIST")),
      cancel_token_not_found: await fails(cancel("DOESNOTEXIST")),
    });
  });

  it("test_list_request_status: the list of requests can be filtered; what is in progress says when to ask again", async () => {
    const own = await openBench();
    const answer = await own.client.send(
      new CreateResourceCommand({ TypeName, DesiredState: state({ BucketName: bucket() }) }),
    );
    const requests = async (operation: "CREATE" | "UPDATE"): Promise<Json> => {
      const ResourceRequestStatusFilter = { Operations: [operation], OperationStatuses: ["IN_PROGRESS" as const] };
      const list = await own.client.send(new ListResourceRequestsCommand({ ResourceRequestStatusFilter }));
      return bare(recorded(list));
    };
    same("TestCloudControlResourceRequestApi::test_list_request_status", {
      create_bucket_resource: recorded(answer),
      list_requests_response_filtered: await requests("CREATE"),
      list_requests_response_filtered_update: await requests("UPDATE"),
    });
    await own.close();
  });

  it("test_cancel_request: a running request is cancelled at once, and a second cancel says the same", async () => {
    const [created, token] = await create(state({ BucketName: bucket() }));
    same("TestCloudControlResourceRequestApi::test_cancel_request", {
      create_response: created,
      cancel_request_status: await cancel(token),
      cancel_again_response: await cancel(token),
    });
  });

  for (const title of ["test_cancel_edge_cases", "test_cancel_edge_cases[SUCCESS]", "test_cancel_edge_cases[FAIL]"]) {
    it(`${title}: a finished request cannot be cancelled`, async () => {
      const [created, token] = await create(title.endsWith("[FAIL]") ? "{}" : state({ BucketName: bucket() }));
      bench.settle();
      same(`TestCloudControlResourceRequestApi::${title}`, {
        create_response: created,
        cancel_in_success_exc: await fails(cancel(token)),
      });
    });
  }

  it("every recorded case is reproduced", () => {
    expect(done.sort()).to.deep.equal(Object.keys(file).sort());
  });
});
