"""The OpenAPI 3.1 document of the API: written by hand, held true by the tests."""
