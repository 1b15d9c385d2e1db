"""What goes in and comes out, as OpenAPI describes it."""
