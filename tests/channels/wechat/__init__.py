"""The WeChat channel against a WeChat that behaves as its documentation says."""
