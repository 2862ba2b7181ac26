package enum StoreError: Error {}
