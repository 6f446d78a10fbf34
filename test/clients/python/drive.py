"""Drives Cloud Control with boto3 as a program of a user would, and prints what came of it as JSON.

Arguments: the endpoint, and the plan as JSON: a list of {name, type, desired, identifier, patch, scope}.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

ENDPOINT, PLANS = sys.argv[1], json.loads(sys.argv[2])
FAST = {"Delay": 0.02, "MaxAttempts": 500}


def connect(**config):
    settings = Config(retries={"total_max_attempts": 3, "mode": "standard"}, **config)
    return boto3.client("cloudcontrol", endpoint_url=ENDPOINT, region_name="us-east-1", config=settings)


cc = connect()


def done(answer):
    """Waits with boto3's own waiter and gives the final event."""
    token = answer["ProgressEvent"]["RequestToken"]
    cc.get_waiter("resource_request_success").wait(RequestToken=token, WaiterConfig=FAST)
    return cc.get_resource_request_status(RequestToken=token)["ProgressEvent"]


def shown(event):
    return {key: event[key] for key in ("TypeName", "Identifier", "Operation", "OperationStatus") if key in event}


def read(plan):
    answer = cc.get_resource(TypeName=plan["type"], Identifier=plan["identifier"])
    return json.loads(answer["ResourceDescription"]["Properties"])


def listed(plan):
    """Every identifier, by boto3's own paginator, two to a page."""
    scope = {"ResourceModel": json.dumps(plan["scope"])} if plan.get("scope") else {}
    pages = cc.get_paginator("list_resources").paginate(
        TypeName=plan["type"], PaginationConfig={"PageSize": 2}, **scope
    )
    found = [page["ResourceDescriptions"] for page in pages]
    return {"pages": len(found), "identifiers": [item["Identifier"] for page in found for item in page]}


def refused(call):
    """The class, code, text and HTTP status with which boto3 tells of a refusal."""
    try:
        call()
    except WaiterError as error:
        event = error.last_response["ProgressEvent"]
        return {"class": "WaiterError", "code": event["ErrorCode"], "message": event["StatusMessage"]}
    except ClientError as error:
        return {
            "class": type(error).__name__,
            "code": error.response["Error"]["Code"],
            "message": error.response["Error"]["Message"],
            "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
        }
    return None


def life(plan):
    type_name, desired = plan["type"], json.dumps(plan["desired"])
    create = lambda **more: cc.create_resource(TypeName=type_name, DesiredState=desired, **more)
    update = lambda patch: cc.update_resource(
        TypeName=type_name, Identifier=plan["identifier"], PatchDocument=json.dumps(patch)
    )
    delete = lambda: cc.delete_resource(TypeName=type_name, Identifier=plan["identifier"])
    out = {"created": shown(done(create(ClientToken=f"token-{plan['name']}"))), "read": read(plan)}
    out["replayed"] = shown(create(ClientToken=f"token-{plan['name']}")["ProgressEvent"])
    out["conflict"] = refused(
        lambda: cc.create_resource(TypeName=type_name, DesiredState="{}", ClientToken=f"token-{plan['name']}")
    )
    out["listed"] = listed(plan)
    out["updated"] = shown(done(update(plan["patch"])))
    out["reread"] = read(plan)
    out["duplicate"] = refused(lambda: done(create()))
    out["createOnly"] = refused(lambda: update(plan["createOnly"]))
    out["unknownProperty"] = refused(
        lambda: cc.create_resource(TypeName=type_name, DesiredState=json.dumps({**plan["desired"], "Nope": 1}))
    )
    out["deleted"] = shown(done(delete()))
    out["gone"] = refused(lambda: read(plan))
    out["deletedTwice"] = refused(lambda: done(delete()))
    return out


def general():
    some = "AWS::Logs::LogGroup"
    requests = cc.get_paginator("list_resource_requests").paginate(
        ResourceRequestStatusFilter={"Operations": ["DELETE"], "OperationStatuses": ["SUCCESS"]},
        PaginationConfig={"PageSize": 1},
    )
    running = cc.create_resource(TypeName=some, DesiredState=json.dumps({"LogGroupName": "stuck"}))["ProgressEvent"]
    return {
        "unknownType": refused(lambda: cc.get_resource(TypeName="AWS::Nope::Nope", Identifier="x")),
        "unknownRequest": refused(lambda: cc.get_resource_request_status(RequestToken="nope")),
        "deletions": [event["TypeName"] for page in requests for event in page["ResourceRequestStatusSummaries"]],
        "concurrent": refused(lambda: cc.delete_resource(TypeName=some, Identifier="stuck")),
        "cancelled": shown(cc.cancel_resource_request(RequestToken=running["RequestToken"])["ProgressEvent"]),
        "cancelledWait": refused_wait(running["RequestToken"]),
        "throttled": refused(lambda: cc.list_resources(TypeName=some)),
        "scopeless": refused(lambda: cc.list_resources(TypeName="AWS::ApiGateway::Stage")),
        "parameters": refused(lambda: cc.get_resource(TypeName="AWS::Not_A::Type", Identifier="x")),
    }


def refused_wait(token):
    try:
        cc.get_waiter("resource_request_success").wait(RequestToken=token, WaiterConfig=FAST)
    except WaiterError as error:
        return error.last_response["ProgressEvent"]["OperationStatus"]
    return None


result = {plan["name"]: life(plan) for plan in PLANS}
result["general"] = general()
print(json.dumps(result))
