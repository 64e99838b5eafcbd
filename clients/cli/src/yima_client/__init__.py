"""Talk to a Yima gateway from Python: `yima_client.caller` calls it, with the operations that ship with it.

    async with connect("https://yima.example.org/graphql") as nobody:
        resident = await nobody.signed_in(login, password)
        await resident.run("order", id="ord_…")

It knows the contract (operations and enums, generated from the gateway's schema by `make proto`) and nothing else of
Yima. Importing it is cheap: HTTP is imported by whoever calls.
"""
