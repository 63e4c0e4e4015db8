"""Payments: charges customers through three providers. In production it runs on ECS."""
